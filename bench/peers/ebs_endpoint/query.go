package main

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// queryService answers the calls of EC2 and STS, as far as `kiln publish` makes them.
type queryService struct {
	world    *world
	counters *counters
}

func escaped(text string) string {
	var made strings.Builder
	xml.EscapeText(&made, []byte(text))
	return made.String()
}

func tagSet(tags map[string]string) string {
	var made strings.Builder
	for key, value := range tags {
		fmt.Fprintf(&made, "<item><key>%s</key><value>%s</value></item>", escaped(key), escaped(value))
	}
	return "<tagSet>" + made.String() + "</tagSet>"
}

// values of PREFIX.1, PREFIX.2 and so on.
func values(form url.Values, prefix string) []string {
	var found []string
	for i := 1; form.Has(fmt.Sprintf("%s.%d", prefix, i)); i++ {
		found = append(found, form.Get(fmt.Sprintf("%s.%d", prefix, i)))
	}
	return found
}

func contains(list []string, text string) bool {
	for _, one := range list {
		if one == text {
			return true
		}
	}
	return false
}

// passes tells whether facts and tags are what the filters of a Describe call want.
func passes(form url.Values, facts, tags map[string]string) bool {
	for i := 1; ; i++ {
		name := form.Get(fmt.Sprintf("Filter.%d.Name", i))
		if name == "" {
			return true
		}
		is := facts[name]
		if strings.HasPrefix(name, "tag:") {
			is = tags[strings.TrimPrefix(name, "tag:")]
		}
		if !contains(values(form, fmt.Sprintf("Filter.%d.Value", i)), is) {
			return false
		}
	}
}

func (q queryService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	action := r.PostForm.Get("Action")
	done := q.counters.begin(action)
	defer done(0)
	q.world.mutex.Lock()
	defer q.world.mutex.Unlock()
	answers := map[string]func(url.Values) string{
		"GetCallerIdentity": q.identity,
		"DescribeRegions":   q.regions,
		"DescribeSnapshots": q.describeSnapshots,
		"DescribeImages":    q.describeImages,
		"RegisterImage":     q.registerImage,
		"CreateTags":        q.createTags,
	}
	w.Header().Set("Content-Type", "text/xml")
	make, known := answers[action]
	if !known {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, "<Response><Errors><Error><Code>InvalidAction</Code><Message>this endpoint has no %s"+
			"</Message></Error></Errors><RequestID>1</RequestID></Response>", escaped(action))
		return
	}
	fmt.Fprintf(w, "<%sResponse>%s<requestId>1</requestId></%sResponse>", action, make(r.PostForm), action)
}

func (q queryService) identity(url.Values) string {
	return "<GetCallerIdentityResult><Arn>arn:aws:iam::" + account + ":user/bench</Arn><UserId>bench</UserId>" +
		"<Account>" + account + "</Account></GetCallerIdentityResult>"
}

func (q queryService) regions(url.Values) string {
	return "<regionInfo><item><regionName>us-east-1</regionName><optInStatus>opt-in-not-required</optInStatus>" +
		"</item></regionInfo>"
}

func (q queryService) describeSnapshots(form url.Values) string {
	ids := values(form, "SnapshotId")
	var made strings.Builder
	for _, one := range q.world.snapshots {
		if (ids != nil && !contains(ids, one.id)) ||
			!passes(form, map[string]string{"snapshot-id": one.id}, one.tags) {
			continue
		}
		status := "pending"
		if one.completed {
			status = "completed"
		}
		fmt.Fprintf(&made, "<item><snapshotId>%s</snapshotId><status>%s</status><startTime>%s</startTime>"+
			"<progress>100%%</progress><ownerId>%s</ownerId><volumeSize>%d</volumeSize><encrypted>false</encrypted>%s</item>",
			one.id, status, one.started.UTC().Format(time.RFC3339Nano), account, one.gib, tagSet(one.tags))
	}
	return "<snapshotSet>" + made.String() + "</snapshotSet>"
}

func (q queryService) describeImages(form url.Values) string {
	ids := values(form, "ImageId")
	var made strings.Builder
	for _, one := range q.world.images {
		if (ids != nil && !contains(ids, one.id)) ||
			!passes(form, map[string]string{"name": one.name, "image-id": one.id}, one.tags) {
			continue
		}
		var devices strings.Builder
		for _, device := range one.devices {
			fmt.Fprintf(&devices, "<item><deviceName>%s</deviceName><ebs><snapshotId>%s</snapshotId></ebs></item>",
				escaped(device[0]), escaped(device[1]))
		}
		fmt.Fprintf(&made, "<item><imageId>%s</imageId><imageState>available</imageState><imageOwnerId>%s</imageOwnerId>"+
			"<name>%s</name><rootDeviceType>ebs</rootDeviceType><blockDeviceMapping>%s</blockDeviceMapping>%s</item>",
			one.id, account, escaped(one.name), devices.String(), tagSet(one.tags))
	}
	return "<imagesSet>" + made.String() + "</imagesSet>"
}

func formTags(form url.Values, prefix string, into map[string]string) {
	for i := 1; form.Has(fmt.Sprintf("%s.%d.Key", prefix, i)); i++ {
		into[form.Get(fmt.Sprintf("%s.%d.Key", prefix, i))] = form.Get(fmt.Sprintf("%s.%d.Value", prefix, i))
	}
}

func (q queryService) registerImage(form url.Values) string {
	made := &image{id: q.world.newID("ami"), name: form.Get("Name"), tags: map[string]string{}}
	for i := 1; form.Has(fmt.Sprintf("BlockDeviceMapping.%d.DeviceName", i)); i++ {
		device := fmt.Sprintf("BlockDeviceMapping.%d.", i)
		made.devices = append(made.devices, [2]string{form.Get(device + "DeviceName"), form.Get(device + "Ebs.SnapshotId")})
	}
	formTags(form, "TagSpecification.1.Tag", made.tags)
	q.world.images = append(q.world.images, made)
	return "<imageId>" + made.id + "</imageId>"
}

func (q queryService) createTags(form url.Values) string {
	ids := values(form, "ResourceId")
	for _, one := range q.world.snapshots {
		if contains(ids, one.id) {
			formTags(form, "Tag", one.tags)
		}
	}
	for _, one := range q.world.images {
		if contains(ids, one.id) {
			formTags(form, "Tag", one.tags)
		}
	}
	return "<return>true</return>"
}
