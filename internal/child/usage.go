package child

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// ResidentMB is the memory that the process has resident; 0 where the system has no /proc.
func (p *Process) ResidentMB() (float64, error) { return p.memoryMB("VmRSS") }

// PeakMB is the most memory that the process ever had resident; 0 where the system has no /proc.
func (p *Process) PeakMB() (float64, error) { return p.memoryMB("VmHWM") }

func (p *Process) memoryMB(name string) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	_, rest, _ := bytes.Cut(status, []byte(name+":"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0, nil
	}
	kb, err := strconv.ParseFloat(string(fields[0]), 64)
	return kb / 1024, err
}

// CPUTime is what the process has computed so far; 0 where the system has no /proc.
func (p *Process) CPUTime() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID()))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	// The program's name stands in brackets and may hold spaces; user and system time are fields 14 and 15.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / 100, nil // USER_HZ is 100 on Linux
}
