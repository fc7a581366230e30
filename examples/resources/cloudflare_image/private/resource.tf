terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

# A private image has an ID that Cloudflare gives, never one of your own.
resource "cloudflare_image" "contract" {
  source              = "${path.module}/contract.png"
  require_signed_urls = true

  lifecycle {
    create_before_destroy = true
  }
}

output "contract_id" {
  value = cloudflare_image.contract.id
}
