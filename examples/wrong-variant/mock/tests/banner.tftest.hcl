mock_provider "cloudflare" {
  mock_data "cloudflare_image" {
    defaults = {
      variant_urls = {
        banner = "https://imagedelivery.net/hash/logo/banner"
      }
    }
  }
}

run "banner_is_used" {
  command = plan

  assert {
    condition     = output.banner_url == "https://imagedelivery.net/hash/logo/banner"
    error_message = "The banner is not the one of the image."
  }
}

run "missing_banner_is_noticed" {
  command = plan

  override_data {
    target = data.cloudflare_image.logo
    values = {
      variant_urls = {}
    }
  }

  expect_failures = [output.banner_url]
}
