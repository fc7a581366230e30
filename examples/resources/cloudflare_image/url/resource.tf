# Cloudflare downloads the file; its content isn't checked at plan time.
resource "cloudflare_image" "banner" {
  id      = "campaign/winter"
  url     = "https://www.example.com/winter.png"
  creator = "web-team"
}
