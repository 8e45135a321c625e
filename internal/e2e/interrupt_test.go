package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/internal/child"
)

// TestInterruptedImport sends SIGINT into an import that would never end: the batch at hand is finished, the report is
// true, and the second run finds what the first one added.
func TestInterruptedImport(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(binary, "import", "csv", "-", "--json")
	cmd.Dir, cmd.Env = dir, child.Environment()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	fmt.Fprintln(in, "lat,lon,so_nha,duong")
	// A pipe and the program's buffers hold about 5,000 rows, so at the signal the program is past some 15,000.
	const signalAt, tooFar = 20_000, 200_000
	for i := 0; ; i++ {
		if i == signalAt {
			p.Signal(os.Interrupt)
		}
		if _, err := io.WriteString(in, rowOf(i)); err != nil {
			break // the program has ended
		}
		if i > tooFar {
			t.Fatal("the import goes on after SIGINT")
		}
	}
	_ = p.Wait() // the status is looked at below
	var first report
	if err := json.Unmarshal([]byte(p.Output()), &first); err != nil {
		t.Fatalf("%v in %q, %s", err, p.Output(), p.Log())
	}
	if cmd.ProcessState.ExitCode() != 130 || !strings.Contains(p.Log(), "interrupted after") {
		t.Errorf("exit status %d, %s", cmd.ProcessState.ExitCode(), p.Log())
	}
	if first.Read < signalAt/2 || first.Added != first.Read {
		t.Errorf("first run: %+v", first)
	}

	table := filepath.Join(dir, "again.csv")
	var text strings.Builder
	text.WriteString("lat,lon,so_nha,duong\n")
	for i := range first.Read + 500 {
		text.WriteString(rowOf(i))
	}
	if err := os.WriteFile(table, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var second report
	runJSON(t, &second, dir, "import", "csv", table)
	if second.Existing != first.Added || second.Added != 500 {
		t.Errorf("first run %+v, second run %+v", first, second)
	}
}

func rowOf(i int) string {
	return fmt.Sprintf("%.6f,%.6f,%d,Phố Thử\n", 21+float64(i%300)*0.0005, 105.8+float64(i/300)*0.0005, i)
}
