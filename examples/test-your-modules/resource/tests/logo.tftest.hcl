mock_provider "cloudflare" {}

override_resource {
  target = cloudflare_image.logo
  values = {
    delivery_base_url = "https://imagedelivery.net/hash/logo"
  }
}

run "no_file_is_needed" {
  variables {
    logo = "missing.png"
  }

  assert {
    condition     = output.logo_url == "https://imagedelivery.net/hash/logo/hero"
    error_message = "The URL isn't the image's."
  }
}
