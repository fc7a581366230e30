// Command diagram draws the steps of a re-upload, as the guide Upload images
// shows them: each step in a box, and the outcome of its failure next to it.
// It writes SVG to standard output.
package main

import (
	"fmt"
	"html"
	"strings"
)

func main() {
	fmt.Print(draw(steps))
}

// step is a box of the diagram. The last one can't fail.
type step struct {
	phase, does, failure, outcome string
}

var steps = []step{
	{phase: "Plan", does: "Validate the file", failure: "invalid", outcome: "The plan fails. Nothing is changed."},
	{phase: "Apply", does: "Compare with the planned hash", failure: "changed", outcome: "Error. Nothing is changed."},
	{phase: "Apply", does: "Delete the image", failure: "no response", outcome: "Error. The next apply continues."},
	{phase: "Apply", does: "Upload the file under the same ID", failure: "failed", outcome: "Error. The next apply uploads it."},
	{phase: "Done", does: "New content, same URLs"},
}

// The dimensions of the diagram, in pixels.
const (
	boxWidth, boxHeight = 340, 46
	gap                 = 30 // between two boxes
	outcomeX            = 470
	width               = 720
)

// The colors are readable on light and dark pages.
const (
	blue  = "#2f81f7"
	red   = "#e5534b"
	green = "#57ab5a"
	gray  = "#768390"
)

// draw returns the diagram as SVG.
func draw(steps []step) string {
	var b strings.Builder
	height := len(steps)*(boxHeight+gap) - gap + 2
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "+
		"font-family=\"sans-serif\" font-size=\"14\" fill=\"%s\">\n", width, height, width, height, gray)
	for i, s := range steps {
		y := i*(boxHeight+gap) + 1
		isLast := i == len(steps)-1
		color := blue
		if isLast {
			color = green
		}
		fmt.Fprintf(&b, "<rect x=\"1\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"none\" stroke=\"%s\"/>\n",
			y, boxWidth, boxHeight, color)
		label(&b, 12, y+28, color, s.phase)
		label(&b, 66, y+28, gray, s.does)
		if isLast {
			break
		}
		arrow(&b, boxWidth/2, y+boxHeight, boxWidth/2, y+boxHeight+gap, blue)
		arrow(&b, boxWidth+1, y+boxHeight/2, outcomeX-8, y+boxHeight/2, red)
		label(&b, boxWidth+14, y+boxHeight/2-7, red, s.failure)
		label(&b, outcomeX, y+28, gray, s.outcome)
	}
	return b.String() + "</svg>\n"
}

func label(b *strings.Builder, x, y int, color, content string) {
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>\n", x, y, color, html.EscapeString(content))
}

// arrow draws a line with a head at its end, downwards or to the right.
func arrow(b *strings.Builder, x1, y1, x2, y2 int, color string) {
	head := fmt.Sprintf("%d,%d %d,%d %d,%d", x2, y2, x2-8, y2-4, x2-8, y2+4)
	if x1 == x2 {
		head = fmt.Sprintf("%d,%d %d,%d %d,%d", x2, y2, x2-4, y2-8, x2+4, y2-8)
	}
	fmt.Fprintf(b, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>\n", x1, y1, x2, y2, color)
	fmt.Fprintf(b, "<polygon points=\"%s\" fill=\"%s\"/>\n", head, color)
}
