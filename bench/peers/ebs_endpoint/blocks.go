package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

const blockBytes = 512 * 1024

var buffers = sync.Pool{New: func() any { return new([blockBytes]byte) }}

// blockService answers StartSnapshot, PutSnapshotBlock and CompleteSnapshot.
type blockService struct {
	world    *world
	counters *counters
	delay    time.Duration
	verify   bool
}

func refuse(w http.ResponseWriter, format string, values ...any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	json.NewEncoder(w).Encode(map[string]string{
		"__type": "ValidationException", "message": fmt.Sprintf(format, values...)})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func (s blockService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.Method == http.MethodPut && len(parts) == 4 && parts[2] == "blocks":
		s.put(w, r, parts[1], parts[3])
	case r.Method == http.MethodPost && len(parts) == 1:
		s.start(w, r)
	case r.Method == http.MethodPost && len(parts) == 3 && parts[1] == "completion":
		s.complete(w, r, parts[2])
	default:
		s.counters.begin("other")(0)
		refuse(w, "this endpoint has no %s %s", r.Method, r.URL.Path)
	}
}

func (s blockService) start(w http.ResponseWriter, r *http.Request) {
	done := s.counters.begin("StartSnapshot")
	defer done(0)
	var asked struct {
		VolumeSize       int64
		ParentSnapshotId string
		Tags             []struct{ Key, Value string }
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		refuse(w, "the body is no JSON: %v", err)
		return
	}
	s.world.mutex.Lock()
	made := &snapshot{
		id: s.world.newID("snap"), parent: asked.ParentSnapshotId, gib: asked.VolumeSize,
		started: time.Now(), tags: map[string]string{}, put: map[int64]digest{}}
	for _, tag := range asked.Tags {
		made.tags[tag.Key] = tag.Value
	}
	s.world.snapshots = append(s.world.snapshots, made)
	s.world.mutex.Unlock()
	told := map[string]any{
		"SnapshotId": made.id, "OwnerId": account, "Status": "pending", "VolumeSize": made.gib, "BlockSize": blockBytes}
	if made.parent != "" {
		told["ParentSnapshotId"] = made.parent
	}
	answer(w, http.StatusCreated, told)
}

func (s blockService) put(w http.ResponseWriter, r *http.Request, id, number string) {
	done := s.counters.begin("PutSnapshotBlock")
	defer done(blockBytes)
	buffer := buffers.Get().(*[blockBytes]byte)
	_, err := io.ReadFull(r.Body, buffer[:])
	told := r.Header.Get("x-amz-Checksum")
	var sum digest
	if s.verify {
		sum = sha256.Sum256(buffer[:])
	}
	buffers.Put(buffer)
	into := s.world.find(id)
	index, numberError := strconv.ParseInt(number, 10, 64)
	raw, sumError := base64.StdEncoding.DecodeString(told)
	if err != nil || into == nil || numberError != nil || sumError != nil || len(raw) != len(sum) {
		refuse(w, "the block is not whole, or of no snapshot")
		return
	}
	if s.verify && string(raw) != string(sum[:]) {
		refuse(w, "the checksum is not that of block %d", index)
		return
	}
	copy(sum[:], raw)
	into.mutex.Lock()
	into.put[index] = sum
	into.mutex.Unlock()
	time.Sleep(s.delay)
	w.Header().Set("x-amz-Checksum", told)
	w.Header().Set("x-amz-Checksum-Algorithm", "SHA256")
	answer(w, http.StatusCreated, struct{}{})
}

func (s blockService) complete(w http.ResponseWriter, r *http.Request, id string) {
	done := s.counters.begin("CompleteSnapshot")
	defer done(0)
	of := s.world.find(id)
	if of == nil {
		refuse(w, "there is no snapshot %s", id)
		return
	}
	of.mutex.Lock()
	indexes := make([]int64, 0, len(of.put))
	for index := range of.put {
		indexes = append(indexes, index)
	}
	sort.Slice(indexes, func(a, b int) bool { return indexes[a] < indexes[b] })
	linear := sha256.New()
	for _, index := range indexes {
		sum := of.put[index]
		linear.Write(sum[:])
	}
	of.mutex.Unlock()
	whole := base64.StdEncoding.EncodeToString(linear.Sum(nil))
	told := r.Header.Get("x-amz-Checksum")
	if r.Header.Get("x-amz-ChangedBlocksCount") != strconv.Itoa(len(indexes)) || (told != "" && told != whole) {
		refuse(w, "count or checksum are not those of the %d blocks", len(indexes))
		return
	}
	s.world.mutex.Lock()
	of.completed = true
	s.world.mutex.Unlock()
	answer(w, http.StatusAccepted, map[string]string{"Status": "completed"})
}
