// Runs the program by the Automation API, which needs no language host: program DIRECTORY up|preview|destroy
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

func run(ctx context.Context, directory, action string) (any, error) {
	stack, err := auto.SelectStackLocalSource(ctx, "dev", directory)
	if err != nil {
		return nil, err
	}
	stack.Workspace().SetProgram(deploy)
	switch action {
	case "preview":
		result, err := stack.Preview(ctx, optpreview.ProgressStreams(os.Stderr))
		return result.ChangeSummary, err
	case "destroy":
		result, err := stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stderr))
		return result.Summary.ResourceChanges, err
	default:
		result, err := stack.Up(ctx, optup.ProgressStreams(os.Stderr))
		return result.Summary.ResourceChanges, err
	}
}

func main() {
	changes, err := run(context.Background(), os.Args[1], os.Args[2])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(changes)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
