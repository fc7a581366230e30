terraform {
  required_providers {
    cloudflare = {
      source = "terraform.local/images/cloudflare"
    }
  }
}

# The token comes from the environment variable CLOUDFLARE_API_TOKEN.
provider "cloudflare" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
}
