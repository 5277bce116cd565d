// SPDX-License-Identifier: Apache-2.0

// Command hyperkube is a whole Kubernetes in one binary, for tests: its first
// argument (or the name it is called by) says which program it is.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/coredns/caddy"
	"github.com/coredns/coredns/core/dnsserver"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/log"
	_ "github.com/coredns/coredns/plugin/ready"
	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

var programs = map[string]func(args []string){
	"etcd":                    etcdmain.Main,
	"coredns":                 coredns,
	"provisioner":             provisioner,
	"kube-apiserver":          run(func() *cobra.Command { return apiserver.NewAPIServerCommand() }),
	"kube-controller-manager": run(func() *cobra.Command { return controllers.NewControllerManagerCommand() }),
	"kube-scheduler":          run(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kube-proxy":              run(func() *cobra.Command { return proxy.NewProxyCommand() }),
	"kubelet":                 run(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
	"kubectl":                 run(func() *cobra.Command { return kubectl.NewDefaultKubectlCommand() }),
}

func main() {
	args := os.Args
	if programs[filepath.Base(args[0])] == nil && len(args) > 1 {
		args = args[1:]
	}
	program := programs[filepath.Base(args[0])]
	if program == nil {
		die(fmt.Errorf("unknown program %q", args[0]))
	}
	os.Args = args // kubectl and etcd look at it themselves
	program(args)
}

func run(command func() *cobra.Command) func([]string) {
	return func(args []string) {
		c := command()
		c.SetArgs(args[1:])
		os.Exit(cli.Run(c))
	}
}

// coredns serves the Corefile named by its only argument.
func coredns(args []string) {
	if len(args) != 2 {
		die(fmt.Errorf("usage: coredns COREFILE"))
	}
	text, err := os.ReadFile(args[1])
	if err != nil {
		die(err)
	}
	dnsserver.Quiet = true
	caddy.Quiet = true
	caddy.TrapSignals()
	instance, err := caddy.Start(caddy.CaddyfileInput{Contents: text, Filepath: args[1], ServerTypeName: "dns"})
	if err != nil {
		die(err)
	}
	instance.Wait()
}

func die(err error) {
	fmt.Fprintln(os.Stderr, "hyperkube:", err)
	os.Exit(1)
}
