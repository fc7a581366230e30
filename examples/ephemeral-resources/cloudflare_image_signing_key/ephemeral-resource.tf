ephemeral "cloudflare_image_signing_key" "default" {}

data "cloudflare_image" "contract" {
  image_id = "083eb7b2-5392-4565-b69e-aff66acddd00"
}

# Neither the key nor the signed URL is stored in plan or state. Both can be
# used in write-only arguments and provider blocks.
locals {
  contract_url = provider::cloudflare::signed_url(
    data.cloudflare_image.contract.variant_urls["public"],
    ephemeral.cloudflare_image_signing_key.default.value,
    "2030-01-01T00:00:00Z",
  )
}
