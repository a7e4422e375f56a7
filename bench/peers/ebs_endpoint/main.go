// An endpoint of the EBS direct APIs and of those calls of EC2 and STS that publishing an image takes, on
// loopback, fast enough that it is the client that is measured. Blocks are read and dropped; of each the
// digest stays, so that CompleteSnapshot can tell whether all have come.
//
// It prints its address and ends with its standard input. GET /bench/counters tells what came since the
// last POST /bench/reset, which forgets snapshots and images too; POST /bench/recount only counts anew.
package main

import (
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	delay := flag.Duration("delay", 0, "how long each answer to a block waits, as 100ms")
	verify := flag.Bool("verify", false, "hash each block, and refuse one that is not what its header says")
	certificate := flag.String("certificate", "", "file that is written with the certificate to trust")
	flag.Parse()

	pair, pem, err := selfSigned()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*certificate, pem, 0o644); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	world := newWorld()
	counters := newCounters()
	blocks := blockService{world: world, counters: counters, delay: *delay, verify: *verify}
	mux := http.NewServeMux()
	mux.Handle("/snapshots", blocks)
	mux.Handle("/snapshots/", blocks)
	mux.Handle("/", queryService{world: world, counters: counters})
	mux.HandleFunc("/bench/counters", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(counters.told())
	})
	mux.HandleFunc("/bench/recount", func(http.ResponseWriter, *http.Request) { counters.reset() })
	mux.HandleFunc("/bench/reset", func(http.ResponseWriter, *http.Request) {
		counters.reset()
		world.reset()
	})

	server := &http.Server{
		Handler: mux,
		// HTTP/1.1 alone, as the services speak it.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
		TLSConfig:    &tls.Config{Certificates: []tls.Certificate{pair}},
		ErrorLog:     log.New(io.Discard, "", 0),
		IdleTimeout:  time.Minute,
	}
	fmt.Printf("https://%s\n", listener.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(server.ServeTLS(listener, "", ""))
}
