package main

import (
	"sync"
	"time"
)

// The rate of puts is told of the best second, in steps of a tenth.
const slot = 100 * time.Millisecond
const slotsOfASecond = 10

// counters of requests. Time runs from the first StartSnapshot or put to the last CompleteSnapshot.
type counters struct {
	mutex    sync.Mutex
	requests map[string]int
	bytes    int64
	inFlight int
	most     int
	began    time.Time
	ended    time.Time
	slots    []int
}

type told struct {
	Requests      map[string]int `json:"requests"`
	Bytes         int64          `json:"bytes"`
	MostInFlight  int            `json:"most_in_flight"`
	Seconds       float64        `json:"seconds"`
	PutsPerSecond int            `json:"best_second_puts"`
}

func newCounters() *counters {
	made := &counters{}
	made.reset()
	return made
}

func (c *counters) reset() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.requests = map[string]int{}
	c.bytes, c.most, c.slots = 0, 0, nil
	c.began, c.ended = time.Time{}, time.Time{}
}

// begin counts a request; the function that it gives is called when it has been answered.
func (c *counters) begin(action string) func(bytes int64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.requests[action]++
	if (action == "StartSnapshot" || action == "PutSnapshotBlock") && c.began.IsZero() {
		c.began = time.Now()
	}
	c.inFlight++
	if c.inFlight > c.most {
		c.most = c.inFlight
	}
	return func(bytes int64) {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.inFlight--
		c.bytes += bytes
		now := time.Now()
		switch action {
		case "PutSnapshotBlock":
			at := int(now.Sub(c.began) / slot)
			for len(c.slots) <= at {
				c.slots = append(c.slots, 0)
			}
			c.slots[at]++
		case "CompleteSnapshot":
			c.ended = now
		}
	}
}

func (c *counters) told() told {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	best, sum := 0, 0
	for i, count := range c.slots {
		sum += count
		if i >= slotsOfASecond {
			sum -= c.slots[i-slotsOfASecond]
		}
		if sum > best {
			best = sum
		}
	}
	return told{c.requests, c.bytes, c.most, c.ended.Sub(c.began).Seconds(), best}
}
