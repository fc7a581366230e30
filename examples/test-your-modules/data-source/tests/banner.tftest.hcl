mock_provider "cloudflare" {
  mock_data "cloudflare_image" {
    defaults = {
      meta_json = "{\"year\":2026}"
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
    error_message = "The banner isn't the image's."
  }

  assert {
    condition     = output.year == 2026
    error_message = "The year isn't the one in the metadata."
  }
}

run "missing_banner_fails" {
  command = plan

  override_data {
    target = data.cloudflare_image.logo
    values = {
      meta_json    = "{}"
      variant_urls = {}
    }
  }

  expect_failures = [output.banner_url]
}
