# The demo omits this file if provider functions are not supported.
terraform {
  required_version = ">= 1.7" # the functions: Terraform 1.8 or OpenTofu 1.7
}

# A key that signs the URL of the private image.
variable "signing_key" {
  type      = string
  default   = null
  sensitive = true
}

output "flexible_url" {
  value = join("/", [
    data.cloudflare_image.photo.delivery_base_url,
    provider::cloudflare::flexible_variant({ width = 320, fit = "cover" }),
  ])
}

output "signed_url" {
  value = one([for image in data.cloudflare_image.private :
    provider::cloudflare::signed_url(
      image.variant_urls["public"], var.signing_key, "2100-01-01T00:00:00Z"
    )
  ])
  sensitive = true
}
