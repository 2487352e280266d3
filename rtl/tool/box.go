package tool

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// Box is what a process, and every process that it starts, may reach of the file
// system: the folders and files named here, the system's programs and libraries, and
// the installation of the program itself. It reaches no network. The kernel enforces
// that through Landlock, from Linux 5.13 on; Boxes says whether it does here.
//
// A reader of Verilog is started in one: whatever a text makes it do, it sees nothing
// that is not evidence.
type Box struct {
	Write []string // folders, to read and write
	Read  []string // folders and files, to read and execute
}

// Boxes is the version of Landlock by which this kernel keeps processes in boxes, or
// why it does not.
func Boxes() (abi int, err error) {
	if abi, err = syscall.LandlockGetABIVersion(); err != nil {
		return 0, fmt.Errorf("the kernel has no Landlock: %w", err)
	}
	return abi, nil
}

// Start is Start in the box. Where the kernel has no Landlock the process runs
// without; who reports on what it did has to say so.
func (b Box) Start(cmd *exec.Cmd, memBytes int64) error {
	if _, err := Boxes(); err != nil {
		return Start(cmd, memBytes)
	}
	// The rules hold for one thread of ours and what it starts.
	return hold(cmd, memBytes, func() error { return b.enter(cmd.Path) })
}

// Run is Start and Wait.
func (b Box) Run(cmd *exec.Cmd, memBytes int64) error {
	if err := b.Start(cmd, memBytes); err != nil {
		return err
	}
	return cmd.Wait()
}

// What a process may do with files, by where they lie. Rights that a version of
// Landlock does not know, it does not take away.
const (
	readFile  = syscall.AccessFSExecute | syscall.AccessFSReadFile
	readTree  = readFile | syscall.AccessFSReadDir
	writeTree = readTree | syscall.AccessFSWriteFile | syscall.AccessFSRemoveDir | syscall.AccessFSRemoveFile |
		syscall.AccessFSMakeDir | syscall.AccessFSMakeReg | syscall.AccessFSMakeFifo | syscall.AccessFSMakeSock |
		syscall.AccessFSMakeSym | syscall.AccessFSRefer | syscall.AccessFSTruncate
	writeFile = syscall.AccessFSReadFile | syscall.AccessFSWriteFile | syscall.AccessFSTruncate | syscall.AccessFSIoctlDev
)

// system is what any program needs: programs, libraries, and devices that hold
// nothing.
var system = map[string]uint64{
	"/usr": readTree, "/bin": readTree, "/sbin": readTree, "/lib": readTree, "/lib32": readTree, "/lib64": readTree,
	"/libx32": readTree, "/nix/store": readTree, "/etc/ld.so.cache": readFile,
	"/dev/null": writeFile, "/dev/zero": readFile, "/dev/urandom": readFile, "/dev/random": readFile,
}

// ruleset is what version abi of Landlock can take away.
func ruleset(abi int) syscall.RulesetAttr {
	a := syscall.RulesetAttr{HandledAccessFS: syscall.AccessFSMakeSym<<1 - 1}
	if abi >= 2 {
		a.HandledAccessFS |= syscall.AccessFSRefer
	}
	if abi >= 3 {
		a.HandledAccessFS |= syscall.AccessFSTruncate
	}
	if abi >= 4 {
		a.HandledAccessNet = syscall.AccessNetBindTCP | syscall.AccessNetConnectTCP
	}
	if abi >= 5 {
		a.HandledAccessFS |= syscall.AccessFSIoctlDev
	}
	if abi >= 6 {
		a.Scoped = syscall.ScopeAbstractUnixSocket
	}
	return a
}

// enter puts this thread into the box, from which there is no way out.
func (b Box) enter(program string) error {
	abi, err := Boxes()
	if err != nil {
		return err
	}
	attr := ruleset(abi)
	fd, err := syscall.LandlockCreateRuleset(&attr, 0)
	if err != nil {
		return fmt.Errorf("landlock: %w", err)
	}
	defer unix.Close(fd)
	allow := func(path string, access uint64, must bool) error {
		at, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			if !must && (errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR)) {
				return nil
			}
			return fmt.Errorf("landlock: %s: %w", path, err)
		}
		defer unix.Close(at)
		var info unix.Stat_t
		if err := unix.Fstat(at, &info); err != nil {
			return fmt.Errorf("landlock: %s: %w", path, err)
		}
		if info.Mode&unix.S_IFMT != unix.S_IFDIR {
			access &= readFile | writeFile
		}
		rule := syscall.PathBeneathAttr{AllowedAccess: access & attr.HandledAccessFS, ParentFd: at}
		if err := syscall.LandlockAddPathBeneathRule(fd, &rule, 0); err != nil {
			return fmt.Errorf("landlock: %s: %w", path, err)
		}
		return nil
	}
	var errs []error
	for path, access := range system {
		errs = append(errs, allow(path, access, false))
	}
	for _, path := range installation(program) {
		errs = append(errs, allow(path, readTree, false))
	}
	for _, path := range b.Read {
		errs = append(errs, allow(path, readTree, true))
	}
	for _, path := range b.Write {
		errs = append(errs, allow(path, writeTree, true))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("landlock: %w", err)
	}
	if err := syscall.LandlockRestrictSelf(fd, 0); err != nil {
		return fmt.Errorf("landlock: %w", err)
	}
	return nil
}

// installation is where a program may have files of its own: beside itself, and in
// the folders that stand beside a bin.
func installation(program string) []string {
	paths := []string{program}
	if real, err := filepath.EvalSymlinks(program); err == nil {
		program = real
	}
	paths = append(paths, program)
	if dir := filepath.Dir(program); filepath.Base(dir) == "bin" {
		paths = append(paths, dir)
		for _, beside := range []string{"lib", "lib64", "libexec", "share", "include"} {
			paths = append(paths, filepath.Join(filepath.Dir(dir), beside)+string(os.PathSeparator))
		}
	}
	return paths
}
