mock_provider "cloudflare" {}

override_resource {
  target = cloudflare_image.logo
  values = {
    delivery_base_url = "https://imagedelivery.net/hash/logo"
  }
}

run "no_picture_is_needed" {
  variables {
    picture = "not-there.png"
  }

  assert {
    condition     = output.logo_url == "https://imagedelivery.net/hash/logo/hero"
    error_message = "The URL is not the one of the image."
  }
}
