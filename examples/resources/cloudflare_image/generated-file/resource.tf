terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

# A step of the apply writes the picture. Here it copies one.
resource "terraform_data" "drawn" {
  triggers_replace = filesha256("${path.module}/plan.png")

  provisioner "local-exec" {
    command = "cp ${path.module}/plan.png ${path.module}/drawn.png"
  }
}

# Its hash is known only during the apply, so the plan does not look for the
# file. local_file and archive_file have such a hash as well.
resource "cloudflare_image" "drawn" {
  id     = "drawn"
  source = "${path.module}/drawn.png"
  sha256 = terraform_data.hash.output
}

resource "terraform_data" "hash" {
  input      = filesha256("${path.module}/plan.png")
  depends_on = [terraform_data.drawn]
}
