// Command write writes a network of package zoo, as network.onnx, and pictures for
// calibration to a folder.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

func run(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("write", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var o zoo.Options
	name := flags.String("network", "", "name of the network")
	dir := flags.String("dir", "", "folder to write to")
	pictures := flags.Int("pictures", 4, "how many pictures")
	flags.Uint64Var(&o.Seed, "seed", 0, "of the weights and pictures")
	flags.IntVar(&o.Divide, "divide", 1, "the channels by")
	flags.IntVar(&o.Rows, "rows", 0, "of the image; 0 is as published")
	flags.IntVar(&o.Columns, "columns", 0, "of the image; 0 is as published")
	if flags.Parse(args) != nil {
		return 2
	}
	if err := write(*name, *dir, *pictures, o); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

func write(name, dir string, pictures int, o zoo.Options) error {
	n, err := zoo.Find(name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "pictures"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "network.onnx"), n.Build(o), 0o644); err != nil {
		return err
	}
	return zoo.Pictures(filepath.Join(dir, "pictures"), n.Input(o), pictures, o.Seed)
}
