# By the account and the name of the variant.
terraform import cloudflare_image_variant.card 023e105f4ecef8ad9ca31a8372d0c353/card

# By the name alone, in the provider's account.
terraform import cloudflare_image_variant.card card
