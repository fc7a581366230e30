package provider

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// heroURL is the only URL of a stored image.
const heroURL = "https://imagedelivery.net/hash/" + cloudflareID + "/hero"

// storedImage returns an image as returned by the API.
func storedImage(change func(*client.Image)) *client.Image {
	image := &client.Image{
		ID:       cloudflareID,
		Filename: new("logo.png"),
		Creator:  new("web"),
		Uploaded: new("2026-03-02T08:15:30.120Z"),
		Variants: []string{heroURL},
		Meta:     json.RawMessage(`{"a":1,"b":"x"}`),
	}
	if change != nil {
		change(image)
	}
	return image
}

// storedState returns the state of that image.
func storedState(change func(*imageResourceModel)) *imageResourceModel {
	m := &imageResourceModel{
		AccountID: types.StringValue("account"),
		Source:    types.StringValue("logo.png"),
		SHA256:    types.StringValue(strings.Repeat("0", 64)),
		Metadata:  jsontypes.NewNormalizedValue(`{ "b": "x", "a": 1 }`),
	}
	m.ID, m.Filename = types.StringValue(cloudflareID), types.StringValue("logo.png")
	m.Creator, m.Uploaded = types.StringValue("web"), types.StringValue("2026-03-02T08:15:30.120Z")
	m.RequireSignedURLs, m.Draft = types.BoolValue(false), types.BoolValue(false)
	m.Variants = types.ListValueMust(types.StringType, []attr.Value{types.StringValue(heroURL)})
	m.VariantURLs = types.MapValueMust(types.StringType, map[string]attr.Value{"hero": types.StringValue(heroURL)})
	m.Meta = types.MapValueMust(
		types.StringType,
		map[string]attr.Value{"a": types.StringValue("1"), "b": types.StringValue("x")},
	)
	m.MetaJSON = types.StringValue(`{"a":1,"b":"x"}`)
	m.AccountHash = types.StringValue("hash")
	m.DeliveryBaseURL = types.StringValue("https://imagedelivery.net/hash/" + cloudflareID)
	if change != nil {
		change(m)
	}
	return m
}

// Only differences are sent in an update.
func TestImageModelUpdate(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		planned func(*imageResourceModel)
		want    *client.ImageUpdate // nil for no update; without the identifiers
	}{
		"nothing":       {func(*imageResourceModel) {}, nil},
		"only the path": {func(m *imageResourceModel) { m.Source = types.StringValue("b.png") }, nil},
		"only the order of metadata": {
			func(m *imageResourceModel) { m.Metadata = jsontypes.NewNormalizedValue(`{"a":1,"b":"x"}`) },
			nil,
		},
		"a creator": {
			func(m *imageResourceModel) { m.Creator = types.StringValue("b") }, &client.ImageUpdate{Creator: new("b")},
		},
		"creator removed": {
			func(m *imageResourceModel) { m.Creator = types.StringNull() }, &client.ImageUpdate{Creator: new("")},
		},
		"access": {
			func(m *imageResourceModel) { m.RequireSignedURLs = types.BoolValue(true) },
			&client.ImageUpdate{RequireSignedURLs: new(true)},
		},
		"metadata, sent without whitespace": {
			func(m *imageResourceModel) { m.Metadata = jsontypes.NewNormalizedValue(`{ "c": [ 1 ] }`) },
			&client.ImageUpdate{Metadata: json.RawMessage(`{"c":[1]}`)},
		},
		"metadata removed": {
			func(m *imageResourceModel) { m.Metadata = jsontypes.NewNormalizedNull() },
			&client.ImageUpdate{Metadata: json.RawMessage(`{}`)},
		},
		"everything": {
			func(m *imageResourceModel) {
				m.Metadata, m.Creator, m.RequireSignedURLs = jsontypes.NewNormalizedValue(
					"{}",
				), types.StringValue(
					"b",
				), types.BoolValue(
					true,
				)
			},
			&client.ImageUpdate{Metadata: json.RawMessage(`{}`), Creator: new("b"), RequireSignedURLs: new(true)},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.want != nil {
				test.want.Filename, test.want.Uploaded = new("logo.png"), new("2026-03-02T08:15:30.120Z")
			}
			if diff := cmp.Diff(test.want, storedState(test.planned).update(storedState(nil))); diff != "" {
				t.Errorf("change (-want +got):\n%s", diff)
			}
		})
	}
}

// Configuring the existing metadata isn't a change, nor is configuring an empty
// object if the image has none.
func TestImageModelUpdateMetadata(t *testing.T) {
	t.Parallel()
	foreign := storedState(func(m *imageResourceModel) { m.Metadata = jsontypes.NewNormalizedNull() })
	if change := storedState(nil).update(foreign); change != nil {
		t.Errorf("got %+v for the existing metadata", change)
	}
	none := func(m *imageResourceModel) {
		m.Metadata, m.MetaJSON, m.Meta = jsontypes.NewNormalizedNull(), types.StringValue("{}"), stringMap(nil)
	}
	empty := storedState(func(m *imageResourceModel) { none(m); m.Metadata = jsontypes.NewNormalizedValue("{}") })
	if change := empty.update(storedState(none)); change != nil {
		t.Errorf("got %+v for an empty object", change)
	}
}

// Planned values are kept, even if the response has more; unknown values are
// read from the response.
func TestImageModelApplyWrite(t *testing.T) {
	t.Parallel()
	const card = "https://imagedelivery.net/hash/" + cloudflareID + "/card"
	unknown := func(m *imageResourceModel) {
		m.ID, m.Filename, m.Uploaded = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
		m.Draft = types.BoolUnknown()
		m.Variants, m.VariantURLs = types.ListUnknown(types.StringType), types.MapUnknown(types.StringType)
		m.Meta, m.MetaJSON = types.MapUnknown(types.StringType), types.StringUnknown()
		m.AccountHash, m.DeliveryBaseURL = types.StringUnknown(), types.StringUnknown()
	}
	tests := map[string]struct {
		planned  func(*imageResourceModel)
		response func(*client.Image)
		want     func(*imageResourceModel) // of the state
	}{
		"as planned":     {},
		"unknown values": {planned: unknown},
		"a new variant": {
			response: func(i *client.Image) { i.Variants = append(i.Variants, card) },
		},
		"a new variant, unknown values": {
			planned:  unknown,
			response: func(i *client.Image) { i.Variants = append(i.Variants, card) },
			want: func(m *imageResourceModel) {
				m.Variants = types.ListValueMust(
					types.StringType,
					[]attr.Value{types.StringValue(card), types.StringValue(heroURL)},
				)
				m.VariantURLs = types.MapValueMust(types.StringType, map[string]attr.Value{
					"hero": types.StringValue(heroURL), "card": types.StringValue(card),
				})
			},
		},
		"a number that the API reformats": {
			response: func(i *client.Image) { i.Meta = json.RawMessage(`{"a":1.0,"b":"x"}`) },
		},
		"a name that the API changes": {response: func(i *client.Image) { i.Filename = new("LOGO.PNG") }},
		"a draft that the response doesn't report": {
			planned: func(m *imageResourceModel) { m.Draft = types.BoolValue(true) },
			want:    func(m *imageResourceModel) { m.Draft = types.BoolValue(true) },
		},
		"a time that the API rounds": {response: func(i *client.Image) { i.Uploaded = new("2026-03-02T08:15:30Z") }},
		"metadata in another order":  {response: func(i *client.Image) { i.Meta = json.RawMessage(`{"b":"x","a":1}`) }},
		"no URL":                     {response: func(i *client.Image) { i.Variants = nil }},
		"no creator, as an empty string": {
			planned:  func(m *imageResourceModel) { m.Creator = types.StringNull() },
			response: func(i *client.Image) { i.Creator = new("") },
			want:     func(m *imageResourceModel) { m.Creator = types.StringNull() },
		},
		"no metadata": {
			planned: func(m *imageResourceModel) {
				m.Metadata, m.MetaJSON, m.Meta = jsontypes.NewNormalizedNull(), types.StringValue("{}"), stringMap(nil)
			},
			response: func(i *client.Image) { i.Meta = nil },
			want: func(m *imageResourceModel) {
				m.Metadata, m.MetaJSON, m.Meta = jsontypes.NewNormalizedNull(), types.StringValue("{}"), stringMap(nil)
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := storedState(test.planned)
			if diags := got.applyWrite(storedImage(test.response), got.operation(actionUpdate)); len(diags) > 0 {
				t.Errorf("got %s: %s", summariesOfDiags(diags), detailsOfDiags(diags))
			}
			if diff := cmp.Diff(storedState(test.want), got, cmp.AllowUnexported(imageResourceModel{})); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
		})
	}
}

// An unrecognized URL in the response is a warning.
func TestImageModelApplyWriteUnrecognizedURL(t *testing.T) {
	t.Parallel()
	m := storedState(nil)
	diags := m.applyWrite(
		storedImage(func(i *client.Image) { i.Variants = append(i.Variants, "hero") }),
		m.operation(actionUpdate),
	)
	want := []string{
		`Warning -: Cloudflare image "` + cloudflareID + `": unrecognized delivery URLs, such as "hero"`,
	}
	if got := summariesOfDiags(diags); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// If the API didn't apply the request as sent, an error names the attribute,
// and the state has the returned value.
func TestImageModelApplyWriteMismatch(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		response func(*client.Image)
		problems []string // attributes
		words    []string
		want     func(*imageResourceModel)
	}{
		"metadata": {
			response: func(i *client.Image) { i.Meta = json.RawMessage(`{"c":2}`) }, problems: []string{"metadata"},
			words: []string{`{"c":2} instead of {"b":"x","a":1}`},
			want: func(m *imageResourceModel) {
				m.Metadata, m.MetaJSON = jsontypes.NewNormalizedValue(`{"c":2}`), types.StringValue(`{"c":2}`)
				m.Meta = types.MapValueMust(types.StringType, map[string]attr.Value{"c": types.StringValue("2")})
			},
		},
		"no metadata": {
			response: func(i *client.Image) { i.Meta = nil }, problems: []string{"metadata"}, words: []string{`metadata: {} instead of {"b"`},
			want: func(m *imageResourceModel) {
				m.Metadata, m.MetaJSON, m.Meta = jsontypes.NewNormalizedNull(), types.StringValue("{}"), stringMap(nil)
			},
		},
		"creator": {
			response: func(i *client.Image) { i.Creator = new("b") }, problems: []string{"creator"}, words: []string{`"b" instead of "web"`},
			want: func(m *imageResourceModel) { m.Creator = types.StringValue("b") },
		},
		"no creator": {
			response: func(i *client.Image) { i.Creator = nil },
			problems: []string{"creator"},
			words:    []string{`"" instead of "web"`},
			want:     func(m *imageResourceModel) { m.Creator = types.StringNull() },
		},
		"access": {
			response: func(i *client.Image) { i.RequireSignedURLs = true }, problems: []string{"require_signed_urls"},
			words: []string{"true instead of false"},
			want:  func(m *imageResourceModel) { m.RequireSignedURLs = types.BoolValue(true) },
		},
		"all three, with long values": {
			response: func(i *client.Image) {
				i.Meta, i.Creator = json.RawMessage(`{"c":"`+strings.Repeat("y", 1000)+`"}`), new(strings.Repeat("z", 1000))
				i.RequireSignedURLs = true
			},
			problems: []string{"metadata", "creator", "require_signed_urls"},
			want: func(m *imageResourceModel) {
				long := strings.Repeat("y", 1000)
				m.Metadata, m.MetaJSON = jsontypes.NewNormalizedValue(`{"c":"`+long+`"}`), types.StringValue(`{"c":"`+long+`"}`)
				m.Meta = types.MapValueMust(types.StringType, map[string]attr.Value{"c": types.StringValue(long)})
				m.Creator, m.RequireSignedURLs = types.StringValue(strings.Repeat("z", 1000)), types.BoolValue(true)
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := storedState(nil)
			diags := got.applyWrite(storedImage(test.response), got.operation(actionUpdate))
			var problems []string
			for _, at := range test.problems {
				problems = append(problems, "Error "+at+`: Cloudflare image "`+cloudflareID+`" doesn't match the configuration`)
			}
			if diff := cmp.Diff(problems, summariesOfDiags(diags)); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
			for _, word := range test.words {
				if !strings.Contains(detailsOfDiags(diags), word) {
					t.Errorf("%q is not in: %s", word, detailsOfDiags(diags))
				}
			}
			if n := len(detailsOfDiags(diags)); n > 2000 || strings.Contains(detailsOfDiags(diags), "untaint") {
				t.Errorf("%d characters: %s", n, detailsOfDiags(diags))
			}
			if diff := cmp.Diff(storedState(test.want), got, cmp.AllowUnexported(imageResourceModel{})); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
		})
	}
}

// A new image that doesn't match the configuration is tainted, and the error
// says so.
func TestImageModelApplyWriteNewMismatch(t *testing.T) {
	t.Parallel()
	m := storedState(nil)
	diags := m.applyWrite(storedImage(func(i *client.Image) { i.Creator = nil }), m.operation(actionCreate))
	if !diags.HasError() || !strings.Contains(detailsOfDiags(diags), "terraform untaint") {
		t.Errorf("got %s", detailsOfDiags(diags))
	}
}

// A refresh shows drift, but not metadata that only differs in form.
func TestImageModelApplyRead(t *testing.T) {
	t.Parallel()
	imported := func(m *imageResourceModel) {
		*m = imageResourceModel{AccountID: m.AccountID}
		m.ID = types.StringValue(cloudflareID)
	}
	const draft = `Warning -: Cloudflare image "` + cloudflareID + `" is a draft`
	tests := map[string]struct {
		before   func(*imageResourceModel)
		response func(*client.Image)
		want     func(*imageResourceModel) // of the state
		problems []string
	}{
		"no drift":                  {},
		"metadata in another order": {response: func(i *client.Image) { i.Meta = json.RawMessage(`{"b":"x","a":1}`) }},
		"an unrecognized URL": {
			response: func(i *client.Image) { i.Variants = append(i.Variants, "hero") },
			want:     func(m *imageResourceModel) { m.Variants = stringList([]string{"hero", heroURL}) },
			problems: []string{
				`Warning -: Cloudflare image "` + cloudflareID + `": unrecognized delivery URLs, such as "hero"`,
			},
		},
		"other metadata": {
			response: func(i *client.Image) { i.Meta = json.RawMessage(`{"c":null}`) },
			want: func(m *imageResourceModel) {
				m.Metadata, m.MetaJSON = jsontypes.NewNormalizedValue(`{"c":null}`), types.StringValue(`{"c":null}`)
				m.Meta = types.MapValueMust(types.StringType, map[string]attr.Value{"c": types.StringNull()})
			},
		},
		"metadata removed": {
			response: func(i *client.Image) { i.Meta = nil },
			want: func(m *imageResourceModel) {
				m.Metadata, m.MetaJSON, m.Meta = jsontypes.NewNormalizedNull(), types.StringValue("{}"), stringMap(nil)
			},
		},
		"an empty object as configured metadata": {
			before: func(m *imageResourceModel) {
				m.Metadata, m.MetaJSON, m.Meta = jsontypes.NewNormalizedValue("{ }"), types.StringValue("{}"), stringMap(nil)
			},
			response: func(i *client.Image) { i.Meta = nil },
			want: func(m *imageResourceModel) {
				m.Metadata, m.MetaJSON, m.Meta = jsontypes.NewNormalizedValue("{ }"), types.StringValue("{}"), stringMap(nil)
			},
		},
		"metadata that isn't configured": {
			before: func(m *imageResourceModel) { m.Metadata = jsontypes.NewNormalizedNull() },
			want:   func(m *imageResourceModel) { m.Metadata = jsontypes.NewNormalizedNull() },
		},
		"another creator": {
			response: func(i *client.Image) { i.Creator = new("b") },
			want:     func(m *imageResourceModel) { m.Creator = types.StringValue("b") },
		},
		"creator removed": {
			response: func(i *client.Image) { i.Creator = nil },
			want:     func(m *imageResourceModel) { m.Creator = types.StringNull() },
		},
		"no creator, as an empty string": {
			response: func(i *client.Image) { i.Creator = new("") }, want: func(m *imageResourceModel) { m.Creator = types.StringNull() },
		},
		"other access": {
			response: func(i *client.Image) { i.RequireSignedURLs = true },
			want:     func(m *imageResourceModel) { m.RequireSignedURLs = types.BoolValue(true) },
		},
		"a rounded time": {response: func(i *client.Image) { i.Uploaded = new("2026-03-02T08:15:30Z") }},
		"another time": {
			response: func(i *client.Image) { i.Uploaded = new("2026-03-02T08:15:31.120Z") },
			want:     func(m *imageResourceModel) { m.Uploaded = types.StringValue("2026-03-02T08:15:31.120Z") },
		},
		"no time": {
			response: func(i *client.Image) { i.Uploaded = nil },
			want:     func(m *imageResourceModel) { m.Uploaded = types.StringNull() },
		},
		"another name": {
			response: func(i *client.Image) { i.Filename = new("b.png") },
			want:     func(m *imageResourceModel) { m.Filename = types.StringValue("b.png") },
		},
		"a draft": {
			response: func(i *client.Image) { i.Draft = true }, problems: []string{draft},
			want: func(m *imageResourceModel) { m.Draft = types.BoolValue(true) },
		},
		"after an import": {
			before: imported,
			want: func(m *imageResourceModel) {
				m.Source, m.SHA256 = types.StringNull(), types.StringNull()
				m.Metadata = jsontypes.NewNormalizedValue(`{"a":1,"b":"x"}`)
			},
		},
		"after an import, with metadata that isn't an object": {
			before:   imported,
			response: func(i *client.Image) { i.Meta = json.RawMessage("[1]") },
			want: func(m *imageResourceModel) {
				m.Source, m.SHA256 = types.StringNull(), types.StringNull()
				m.Metadata, m.MetaJSON, m.Meta = jsontypes.NewNormalizedNull(), types.StringValue("[1]"), stringMap(nil)
			},
		},
		"after an import, without metadata": {
			before:   imported,
			response: func(i *client.Image) { i.Meta = json.RawMessage("{}") },
			want: func(m *imageResourceModel) {
				m.Source, m.SHA256 = types.StringNull(), types.StringNull()
				m.Metadata, m.MetaJSON, m.Meta = jsontypes.NewNormalizedNull(), types.StringValue("{}"), stringMap(nil)
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := storedState(test.before)
			if diff := cmp.Diff(
				test.problems,
				summariesOfDiags(got.applyRead(storedImage(test.response), got.operation(actionRead))),
			); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(storedState(test.want), got, cmp.AllowUnexported(imageResourceModel{})); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
		})
	}
}

func TestImageModelIsRecent(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 8, 20, 0, 0, time.UTC)
	for uploaded, want := range map[string]bool{
		"2026-03-02T08:20:00Z":     true,
		"2026-03-02T08:15:00.001Z": true,
		"2026-03-02T08:15:00Z":     false,
		"2025-03-02T08:20:00Z":     false,
		"2026-03-02T08:21:00Z":     true, // of a clock that is ahead
		"soon":                     false,
		"":                         false,
	} {
		m := storedState(func(m *imageResourceModel) { m.Uploaded = types.StringValue(uploaded) })
		if got := m.isRecent(now); got != want {
			t.Errorf("%q: got %t", uploaded, got)
		}
	}
}

func TestImageModelIsSameSecond(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		one, two string
		want     bool
	}{
		{one: "2026-03-02T08:15:30Z", two: "2026-03-02T08:15:30.999Z", want: true},
		{one: "2026-03-02T08:15:30.999Z", two: "2026-03-02T08:15:31Z"},
		{one: "2026-03-02T08:15:30Z", two: "2026-03-02T09:15:30+01:00", want: true},
		{},
		{one: "soon", two: "soon"},
		{one: "2026-03-02T08:15:30Z"},
	} {
		if got := isSameSecond(test.one, test.two); got != test.want {
			t.Errorf("%q, %q: got %t", test.one, test.two, got)
		}
	}
}

// tfwire writes and reads a resource's model as the framework does.
func TestImageModelRoundTrip(t *testing.T) {
	t.Parallel()
	for name, model := range map[string]*imageResourceModel{
		"an image": storedState(nil),
		"none":     {imageModel: emptyImage(), AccountID: types.StringValue("account")},
		"metadata of all kinds": storedState(func(m *imageResourceModel) {
			m.Metadata = jsontypes.NewNormalizedValue("{ \"ü<&>\": null,\n\"b\": [1.0] }")
			m.fillMeta(json.RawMessage(`{"ü<&>":null,"b":[1.0]}`))
			m.URL = types.StringValue("https://example.com/a.png?b=1")
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, want := emptyResourceState(t, newImageResource()), emptyResourceState(t, newImageResource())
			tfwire.Write(t.Context(), &got, model)
			if diags := want.Set(t.Context(), model); diags.HasError() {
				t.Fatal(diags)
			}
			if diff, err := want.Raw.Diff(got.Raw); err != nil || len(diff) > 0 {
				t.Errorf("state (framework, tfwire): %v, %v", diff, err)
			}
			for name, from := range map[string]tfwire.Source{"configuration": tfsdk.Config(got), "plan": tfsdk.Plan(got), "state": got} {
				var again, framework imageResourceModel
				if diags := tfwire.Read(t.Context(), from, &again); diags.HasError() {
					t.Fatal(diags)
				}
				if diags := want.Get(t.Context(), &framework); diags.HasError() {
					t.Fatal(diags)
				}
				if !reflect.DeepEqual(again, framework) {
					t.Errorf(
						"%s (-framework +tfwire):\n%s",
						name,
						cmp.Diff(framework, again, cmp.AllowUnexported(imageResourceModel{})),
					)
				}
			}
		})
	}
}
