package provider

import (
	"fmt"
	"path/filepath"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// nonImageExt returns the extension of an ID if it is a known non-image file
// extension, or an empty string.
func nonImageExt(id string) string {
	extension := filepath.Ext(id)
	switch strings.ToLower(extension) {
	case ".avi", ".bin", ".css", ".csv", ".dmg", ".doc", ".docx", ".eot", ".exe", ".gz", ".htm", ".html", ".jar", ".js", ".json",
		".md", ".mov", ".mp3", ".mp4", ".odt", ".pdf", ".php", ".ppt", ".pptx", ".rar", ".rtf", ".tar", ".ttf", ".txt", ".wasm",
		".wav", ".webm", ".woff", ".woff2", ".xls", ".xlsx", ".xml", ".yaml", ".yml", ".zip":
		return extension
	}
	return ""
}

func checkCustomID(id string) error {
	if err := checkNoDeliveryURL(id); err != nil {
		return err
	}
	return client.CheckImageID(id)
}

// checkNoDeliveryURL rejects a delivery URL that was given instead of an image
// ID.
func checkNoDeliveryURL(id string) error {
	if url, ok := deliveryURL(id); ok {
		return fmt.Errorf("is a delivery URL; the ID of its image is %.200q. "+
			"Use the ID, or parse the URL with provider::cloudflare::parse_delivery_url", url.ImageID)
	}
	return nil
}

// deliveryURL parses a delivery URL, even if its scheme is missing.
func deliveryURL(text string) (url delivery.URL, ok bool) {
	for _, candidate := range []string{strings.TrimSpace(text), "https://" + text} {
		if url, err := delivery.Parse(candidate); err == nil {
			return url, true
		}
	}
	return delivery.URL{}, false
}
