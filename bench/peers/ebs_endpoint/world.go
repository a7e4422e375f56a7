package main

import (
	"fmt"
	"sync"
	"time"
)

const account = "123456789012"

type digest [32]byte

type snapshot struct {
	id        string
	parent    string
	gib       int64
	completed bool
	started   time.Time
	tags      map[string]string
	mutex     sync.Mutex
	put       map[int64]digest
}

type image struct {
	id      string
	name    string
	devices [][2]string // device name, snapshot
	tags    map[string]string
}

// world is what the account has. The mutex guards the lists and what is in them, but for the blocks of a
// snapshot, which have one of their own.
type world struct {
	mutex     sync.Mutex
	snapshots []*snapshot
	images    []*image
	number    int
}

func newWorld() *world { return &world{} }

func (w *world) reset() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.snapshots, w.images = nil, nil
}

// newID needs the mutex.
func (w *world) newID(kind string) string {
	w.number++
	return fmt.Sprintf("%s-%017x", kind, w.number)
}

func (w *world) find(id string) *snapshot {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, one := range w.snapshots {
		if one.id == id {
			return one
		}
	}
	return nil
}
