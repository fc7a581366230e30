# https://www.example.com/cdn-cgi/image/w=80,q=75/uploads/avatar1.jpg
output "avatar" {
  value = provider::cloudflare::transformation_url(
    "www.example.com",
    "/uploads/avatar1.jpg",
    { width = 80, quality = 75 },
  )
}

# https://www.example.com/cdn-cgi/image/f=auto/https://img.example.com/my%20cat.png?v=2
output "image_of_another_host" {
  value = provider::cloudflare::transformation_url(
    "www.example.com",
    "https://img.example.com/my cat.png?v=2",
    { format = "auto" },
  )
}

# An image in several widths, among which the browser picks.
output "srcset" {
  value = join(", ", [for width in [320, 640] : format("%s %dw",
    provider::cloudflare::transformation_url(
      "www.example.com", "/images/hills.png", { width = width, fit = "cover" }
    ),
    width,
  )])
}
