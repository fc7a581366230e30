# This step writes the file during apply. Here it copies another one.
resource "terraform_data" "drawn" {
  triggers_replace = filesha256("${path.module}/plan.png")

  provisioner "local-exec" {
    command = "cp ${path.module}/plan.png ${path.module}/drawn.png"
  }
}

# Its hash is unknown at plan time, so the plan doesn't read the file.
# local_file and archive_file have such a hash as well.
resource "cloudflare_image" "drawn" {
  id     = "drawn"
  source = "${path.module}/drawn.png"
  sha256 = terraform_data.hash.output
}

resource "terraform_data" "hash" {
  input      = filesha256("${path.module}/plan.png")
  depends_on = [terraform_data.drawn]
}
