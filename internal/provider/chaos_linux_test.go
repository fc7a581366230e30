package provider

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// chaos is a proxy that disturbs connections, reproducibly by seed: it delays,
// splits, stalls and drops them.
type chaos struct {
	target string
	count  atomic.Uint64
}

func (p *chaos) handle(client net.Conn) {
	dice := rand.New(rand.NewPCG(7, p.count.Add(1)))
	server, err := new(net.Dialer).DialContext(context.Background(), "tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	stalls := dice.IntN(8) == 0
	after := 100 + dice.IntN(4000) // bytes of responses
	stop := make(chan struct{})
	go func() {
		_, _ = io.Copy(server, client) // until either hangs up
		close(stop)
		server.Close()
	}()
	pause := func(d time.Duration) bool {
		select {
		case <-time.After(d):
			return true
		case <-stop:
			return false
		}
	}
	buffer := make([]byte, 1+dice.IntN(700)) // slices
	for passed := 0; pause(time.Duration(dice.IntN(3)) * time.Millisecond); {
		n, err := server.Read(buffer)
		passed += n
		switch {
		case err != nil:
			return
		case passed > after && stalls: // beyond the timeout of an attempt
			pause(3 * time.Second)
			return
		case passed > after: // mid-response
			return
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// 200 images read through a disturbed network are complete, or fail with a
// clear error; the provider stays small and exits afterwards.
func TestProviderChaos(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	ids := make([]string, 200)
	for i := range ids {
		ids[i] = fmt.Sprintf("image-%d", i)
		r.AddImage(
			fmt.Sprintf(
				`{"result":{"id":%q,"variants":["https://imagedelivery.net/hash/%[2]s/public"]},"success":true}`,
				ids[i],
				ids[i],
			),
		)
	}
	target, _, _ := strings.Cut(strings.TrimPrefix(r.variables["CLOUDFLARE_BASE_URL"], "http://"), "/")
	proxy := &chaos{target: target}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var connections sync.WaitGroup
	connections.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Go(func() {
				defer connection.Close()
				proxy.handle(connection)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		connections.Wait()
	})
	r.variables["CLOUDFLARE_BASE_URL"] = strings.Replace(
		r.variables["CLOUDFLARE_BASE_URL"],
		target,
		listener.Addr().String(),
		1,
	)
	c := r.cli(t, requiredProviders+`
provider "cloudflare" {
  request_timeout = "2s"
  max_retries     = 6
}
data "cloudflare_image" "x" {
  count    = 200
  image_id = "image-${count.index}"
}
`)
	watch, stopWatching := context.WithCancel(t.Context())
	peak := make(chan int, 1)
	go func() { peak <- peakMemory(watch, c.Dir) }()
	begin := time.Now()
	found, code := c.diagnostics("plan")
	took := time.Since(begin)
	stopWatching()
	memory := <-peak

	if code != 0 {
		for _, got := range found {
			if !strings.Contains(got.Detail, "send a complete response") && !strings.Contains(got.Detail, "EOF") &&
				!strings.Contains(got.Detail, "reset") &&
				!strings.Contains(got.Detail, "See the first error: ") {
				t.Errorf("not a clear error: %+v", got)
			}
		}
	}
	// Each read is bounded: seven attempts of two seconds, and the backoffs.
	if took > 3*time.Minute {
		t.Errorf("it took %s", took)
	}
	if proxy.count.Load() < 15 {
		t.Errorf("only %d connections were disturbed", proxy.count.Load())
	}
	if memory == 0 || memory > 60_000 {
		t.Errorf("the provider's memory: got %d KB, want above 0 and at most 60,000", memory)
	}
	if left := providersOf(c.Dir); len(left) > 0 {
		t.Errorf("provider processes are left: %v", left)
	}
	t.Logf(
		"exit code %d after %s, %d connections, %d KB at the most",
		code,
		took.Round(time.Second),
		proxy.count.Load(),
		memory,
	)
}

// peakMemory returns the peak resident memory, in KB, of the provider in a
// folder.
func peakMemory(ctx context.Context, dir string) (peak int) {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		for _, process := range providersOf(dir) {
			status, err := os.ReadFile(filepath.Join("/proc", process, "status"))
			if err != nil {
				continue // it has just exited
			}
			scanner := bufio.NewScanner(bytes.NewReader(status))
			for scanner.Scan() {
				if fields := strings.Fields(scanner.Text()); len(fields) == 3 && fields[0] == "VmHWM:" {
					kilobytes, _ := strconv.Atoi(fields[1])
					peak = max(peak, kilobytes)
				}
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return peak
		}
	}
}

// providersOf returns the provider processes in a folder.
func providersOf(dir string) (found []string) {
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, process := range processes {
		folder, err := os.Readlink(filepath.Join(process, "cwd"))
		name, _ := os.ReadFile(filepath.Join(process, "comm"))
		if err == nil && folder == dir && strings.HasPrefix(string(name), "terraform-provi") {
			found = append(found, filepath.Base(process))
		}
	}
	return found
}
