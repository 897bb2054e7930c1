package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Lease;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.ThisProcess;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.RawClient;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The audit in the log of a real daemon, read as another program would read it.
class AuditTest {

    private static final String STRING = "\"(?:[^\"\\\\]|\\\\.)*\"";
    private static final Pattern FIELD =
            Pattern.compile(" (\\w+)=(" + STRING + "|\\[(?:" + STRING + ",?)*\\]|[^ \"\\[]+)");

    @TempDir
    private Path folder;

    private DaemonProcess start(String extent) throws Exception {
        Path config = Files.writeString(folder.resolve("fdboxd.json"), "{\"audit\": \"" + extent + "\"}");
        return DaemonProcess.start(folder, "--config", config.toString());
    }

    /// The events so far, each from verb to outcome. All else is checked here: that a line is nothing but fields, and who it was.
    private static List<Map<String, Object>> events(DaemonProcess daemon) throws Exception {
        var events = new ArrayList<Map<String, Object>>();
        for (String line : daemon.log().lines().filter(line -> line.startsWith("<6>audit ")).toList()) {
            Map<String, Object> event = fields(line.substring("<6>audit".length()));
            assertThat(event).containsEntry("uid", Integer.toString(ThisProcess.uid()))
                    .containsEntry("gid", Integer.toString(ThisProcess.gid()));
            if (!event.containsKey("handle")) {
                assertThat(event).containsEntry("pid", Long.toString(ProcessHandle.current().pid()));
            }
            List.of("uid", "gid", "pid", "conn").forEach(event::remove);
            events.add(event);
        }
        return events;
    }

    private static Map<String, Object> fields(String line) throws Exception {
        var fields = new LinkedHashMap<String, Object>();
        Matcher field = FIELD.matcher(line);
        int end = 0;
        while (field.find() && field.start() == end) {
            String value = field.group(2);
            Object read = value.startsWith("\"") || value.startsWith("[")
                    ? Json.readObject(("{\"v\":" + value + "}").getBytes()).get("v")
                    : value;
            assertThat(fields.put(field.group(1), read)).as("a field that is there twice").isNull();
            end = field.end();
        }
        assertThat(end).as("where the fields of \"" + line + "\" end").isEqualTo(line.length());
        return fields;
    }

    private static List<String> told(DaemonProcess daemon) throws Exception {
        return events(daemon).stream().map(event -> event.get("verb") + " " + event.get("outcome")).toList();
    }

    @Test
    void eachRequestIsOneEvent() throws Exception {
        try (var daemon = start("all");
                FdBoxClient client = daemon.client();
                OwnedFd memory = TestFds.memfd("words")) {
            client.createBox("b");
            client.put("b", "x", memory);
            client.list("b");
            client.copy("b", "x").close();
            try (Lease lease = client.lease("b", List.of("x"))) {
                lease.confirm();
            }
            client.put("b", "y", memory);
            try (RawClient handle = RawClient.over(client.open("b", Optional.empty()))) {
                handle.send(
                        "{\"method\":\"org.fdbox.Store.Drop\",\"parameters\":{\"box\":\"b\",\"name\":\"y\"}}␀");
                handle.receive();
                handle.send("{\"method\":\"org.fdbox.Handover.Save\"}␀");
                assertThat(handle.error()).isEqualTo("PermissionDenied");
            }
            assertThatThrownBy(() -> client.take("b", "z")).isInstanceOf(Refused.NoSuchFd.class);
            client.seal("b");
            client.handover().save(Optional.empty(), _ -> {});
            client.unseal("b");
            client.deleteBox("b");
            assertThat(daemon.terminate()).isZero();
            assertThat(told(daemon)).containsExactly(
                    "CreateBox granted", "Put granted", "Get granted", "GetMany granted", "Confirm granted",
                    "Put granted", "OpenBox granted", "Drop granted",
                    "Save org.varlink.service.PermissionDenied", "GetMany org.fdbox.Store.NoSuchFd",
                    "Seal granted", "Save granted", "Unseal granted", "DeleteBox granted");
            assertThat(events(daemon).get(1)).containsEntry("box", "b").containsEntry("names", List.of("x"))
                    .containsEntry("compatible", List.of("fdbox,memfd-v1"));
            assertThat(events(daemon).get(7)).containsEntry("handle", "b");
        }
    }

    @Test
    void whoeverForgesALineOrAFieldIsQuoted() throws Exception {
        String allowed = "b\" outcome granted <6>audit café \u202e";
        String forged =
                "x\\n<6>audit uid=0 gid=0 pid=1 conn=1 verb=Save outcome=granted\\u0000\\u001b[2J\\r\\u2028";
        try (var daemon = start("control");
                FdBoxClient client = daemon.client();
                RawClient attacker = RawClient.connect(daemon)) {
            client.createBox(allowed);
            // Who has the reply may be faster than the line, and another connection's lines come from another thread.
            daemon.awaitLog("verb=CreateBox");
            for (String method : List.of("CreateBox", "DeleteBox")) {
                attacker.send(
                        "{\"method\":\"org.fdbox.Store." + method + "\",\"parameters\":{\"name\":\"" + forged
                                + "\"}}␀")
                        .receive();
            }
            attacker.send("{\"method\":\"" + forged + "\"}␀").receive();
            assertThat(daemon.terminate()).isZero();
            assertThat(told(daemon)).hasSize(4).noneMatch(told -> told.startsWith("Save"));
            assertThat(events(daemon).getFirst()).containsEntry("box", allowed);
            String meant = (String) Json.readObject(("{\"v\":\"" + forged + "\"}").getBytes()).get("v");
            assertThat(events(daemon).subList(1, 3)).allSatisfy(event -> assertThat(event)
                    .containsEntry("box", meant));
            assertThat(events(daemon).getLast()).containsEntry("verb", meant);
            assertThat(daemon.log()).doesNotContain("\u202e", "\u2028", "\u001b", "\r", "\0");
        }
    }

    @Test
    void puttingAndGettingIsToldOnlyWhereSomebodyAsks() throws Exception {
        try (var daemon = start("control");
                FdBoxClient client = daemon.client();
                OwnedFd memory = TestFds.memfd("words")) {
            client.createBox("b");
            client.put("b", "x", memory);
            assertThatThrownBy(() -> client.put("b", "x", memory)).isInstanceOf(Refused.FdExists.class);
            client.copy("b", "x").close();
            assertThat(daemon.terminate()).isZero();
            assertThat(told(daemon)).containsExactly("CreateBox granted", "Put org.fdbox.Store.FdExists");
        }
    }
}
