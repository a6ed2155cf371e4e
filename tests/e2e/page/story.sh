# Sourced behind ../ctl/daemon.sh: a private incident over two nights with a storm, four dead ends, an idea still open, and
# things nobody told yet. Leaves it as INC-1; INC-2 is a small one that is over in an hour and lacks nothing but a task.
ic() { "$ctl" -q "$@" > "$work/out" 2> "$work/err" < /dev/null || fail "incidentctl $*"; }

tell_stories() {
    ic open "Orders vanish between checkout & warehouse <eu-west>" --private --since 2024-06-22T21:40:00Z --sev 1
    ic set service=orders lead=ana
    awk 'BEGIN { for (i = 0; i < 420; i++) printf "{\"incident\":\"INC-1\",\"kind\":\"alert\",\"text\":\"OrderQueueStalled\",\"status\":\"firing\",\"occurred_at\":\"2024-06-22T%02d:%02d:%02dZ\",\"labels\":{\"instance\":\"queue-%d:9100\"}}\n", 22 + int(i / 240), int(i / 4) % 60, (i % 4) * 15, i % 12 }' > "$work/storm"
    "$ctl" -q api POST /api/v1/events --content-type application/x-ndjson --data "@$work/storm" > "$work/out" 2> "$work/err" || fail "the storm"
    INCIDENTCTL_AUTHOR=sam ic change @2024-06-22T21:25:00Z "Broker 3.12 rolled out to eu-west, see https://ci.example.org/builds/812?diff=1"
    INCIDENTCTL_AUTHOR=lee ic i @2024-06-22T21:40:00Z "Orders of the evening never reach the warehouse; customers get no confirmation."
    INCIDENTCTL_AUTHOR=lee ic d @2024-06-22T22:05:00Z --how customer "A customer in Lyon calls: money taken, no order number."
    INCIDENTCTL_AUTHOR=sam ic n @2024-06-22T22:12:00Z "Reading the checkout logs; every order is acknowledged by the broker. #investigation"
    INCIDENTCTL_AUTHOR=sam ic h @2024-06-22T22:20:00Z "The payment provider sends its callbacks late."
    INCIDENTCTL_AUTHOR=joy ic a @2024-06-22T22:31:00Z "Replayed 200 callbacks by hand from the provider's console."
    INCIDENTCTL_AUTHOR=sam ic link . .2 2> /dev/null || true
    INCIDENTCTL_AUTHOR=sam ic x @2024-06-22T23:35:00Z "Callbacks are on time; the replayed ones vanish too."
    INCIDENTCTL_AUTHOR=ana ic h @2024-06-22T23:50:00Z "The warehouse importer rejects the new address format."
    INCIDENTCTL_AUTHOR=ana ic x @2024-06-23T02:40:00Z "The importer never saw the orders, its inbox is empty since 21:38."
    INCIDENTCTL_AUTHOR=ana ic e @2024-06-23T03:05:00Z --to "messaging team" "Woke Kim; the broker is theirs."
    INCIDENTCTL_AUTHOR=kim ic h @2024-06-23T03:30:00Z "A full disk on queue-7 blocks the eu-west partition."
    INCIDENTCTL_AUTHOR=kim ic a @2024-06-23T04:10:00Z "Grew the disk of queue-7 and restarted it."
    INCIDENTCTL_AUTHOR=kim ic x @2024-06-23T07:15:00Z "The disk had room all along; the gauge shows another volume."
    INCIDENTCTL_AUTHOR=kim ic h @2024-06-23T08:00:00Z "Rolling the broker back to 3.11 brings the orders back."
    INCIDENTCTL_AUTHOR=kim ic x @2024-06-23T10:30:00Z "3.11 cannot read what 3.12 wrote; rolled forward again."
    INCIDENTCTL_AUTHOR=kim ic h @2024-06-23T11:00:00Z "A clock that runs ahead on queue-2 orders the log wrongly."
    INCIDENTCTL_AUTHOR=kim ic a @2024-06-23T13:20:00Z "Orders written to a second queue by hand. #mitigation"
    INCIDENTCTL_AUTHOR=kim ic c @2024-06-23T15:10:00Z "Broker 3.12 drops messages above 64 KiB without an error when compression is on."
    INCIDENTCTL_AUTHOR=kim ic r @2024-06-23T16:45:00Z "Compression switched off and the night's orders replayed from the audit log."
    INCIDENTCTL_AUTHOR=ana ic t --broad "Test every broker upgrade with the largest order of the month before it goes out."
    INCIDENTCTL_AUTHOR=ana ic t "Alert when orders at checkout and orders in the warehouse differ by 1% for 10 minutes" --owner kim --due 2024-07-05
    ic open "Login page slow" --since 2024-06-25T09:00:00Z --sev 3
    ic d -i INC-2 @2024-06-25T09:10:00Z --how alert "Login p99 over 4 s for 20% of users"
    ic r -i INC-2 @2024-06-25T09:50:00Z "Cache restarted."
}
