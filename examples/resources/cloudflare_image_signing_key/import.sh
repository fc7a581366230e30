# By the account and the name of the key.
terraform import cloudflare_image_signing_key.shop 023e105f4ecef8ad9ca31a8372d0c353/shop

# By the name alone, in the provider's account.
terraform import cloudflare_image_signing_key.shop shop
