variable "signing_key" {
  type      = string
  sensitive = true
}

data "cloudflare_image" "contract" {
  image_id = "083eb7b2-5392-4565-b69e-aff66acddd00"
}

output "contract_url" {
  value = provider::cloudflare::signed_url(
    data.cloudflare_image.contract.variant_urls["public"],
    var.signing_key,
    "2030-01-01T00:00:00Z",
  )
  sensitive = true
}
