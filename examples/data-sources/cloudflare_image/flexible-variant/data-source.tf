data "cloudflare_image" "logo" {
  image_id = "brand/logo"
}

# Flexible variants must be enabled for the account.
output "small_url" {
  value = "${data.cloudflare_image.logo.delivery_base_url}/w=200,fit=contain"
}
