run "upload" {
  assert {
    condition     = endswith(output.logo_url, "/logo/card")
    error_message = "The URL is ${output.logo_url}."
  }
}
