# By the account and the ID of the image.
terraform import cloudflare_image.logo 023e105f4ecef8ad9ca31a8372d0c353/brand/logo

# By the ID alone, in the provider's account.
terraform import cloudflare_image.logo brand/logo
