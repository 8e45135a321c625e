package child

import (
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func shell(t *testing.T, script string) *Process {
	t.Helper()
	p, err := Start(exec.Command("sh", "-c", script))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	return p
}

func TestServerTellsItsURL(t *testing.T) {
	p := shell(t, `echo ready >&2; printf 'serving  http://127.0.0.1:80'; printf '80\n'; exec sleep 100`)
	url, err := p.URL()
	if err != nil || url != "http://127.0.0.1:8080" {
		t.Errorf("%q, %v", url, err)
	}
	if resident, err := p.ResidentMB(); err != nil || resident <= 0 {
		t.Errorf("resident memory: %v MB, %v", resident, err)
	}
	if peak, err := p.PeakMB(); err != nil || peak <= 0 {
		t.Errorf("peak of memory: %v MB, %v", peak, err)
	}
	if _, err := p.CPUTime(); err != nil {
		t.Error(err)
	}
	if err := p.Stop(); err == nil || !strings.Contains(err.Error(), "terminated") { // sleep does not end well
		t.Errorf("stop: %v", err)
	}
}

// Whoever waits for a line that does not come is told why, with both streams, in time.
func TestWaitsEnd(t *testing.T) {
	for _, c := range []struct {
		name, script string
		want         []string
	}{
		{"ended", `echo before; echo trouble >&2; exit 3`, []string{"exit status 3", "before it was ready", "before\n", "trouble"}},
		{"late", `echo before; echo trouble >&2; exec sleep 100`, []string{"was not ready within", "before\n", "trouble"}},
		{"late and deaf to SIGQUIT's default", `trap 'echo here I stand >&2; exit 2' QUIT; echo before; while :; do sleep 0.01; done`, []string{"was not ready within", "here I stand"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := shell(t, c.script)
			if c.name != "ended" {
				if err := p.Await("begun", Patience, func(out string) bool { return out != "" }); err != nil {
					t.Fatal(err)
				}
			}
			atMost := Patience
			if c.name != "ended" {
				atMost = 50 * time.Millisecond
			}
			err := p.Await("ready", atMost, func(out string) bool { return strings.Contains(out, "ready") })
			for _, words := range c.want {
				if err == nil || !strings.Contains(err.Error(), words) {
					t.Errorf("want %q in %v", words, err)
				}
			}
			select {
			case <-p.Ended():
			default:
				t.Error("it goes on")
			}
		})
	}
}

// What was written just before the end counts, and is still there after it.
func TestOutputOfAnEndedProcess(t *testing.T) {
	p := shell(t, `seq 1 2000; echo last >&2`)
	if err := p.Await("done", Patience, func(out string) bool { return strings.HasSuffix(out, "\n2000\n") }); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil || p.Log() != "last\n" || strings.Count(p.Output(), "\n") != 2000 {
		t.Errorf("%v, %q", err, p.Log())
	}
	p.Signal(syscall.SIGTERM)
	p.Kill()
	out, errs, err := Run(exec.Command("sh", "-c", "echo out; echo errs >&2; exit 4"))
	if out != "out\n" || errs != "errs\n" || err == nil || err.Error() != "exit status 4" {
		t.Errorf("%q, %q, %v", out, errs, err)
	}
}

func TestEnvironmentHasNoSettings(t *testing.T) {
	t.Setenv("DIACHISO_LISTEN", "0.0.0.0:1")
	t.Setenv("OTHER", "kept")
	env := Environment("DIACHISO_DB=x")
	if slices.Contains(env, "DIACHISO_LISTEN=0.0.0.0:1") || !slices.Contains(env, "OTHER=kept") || env[len(env)-1] != "DIACHISO_DB=x" {
		t.Errorf("%q", env)
	}
}
