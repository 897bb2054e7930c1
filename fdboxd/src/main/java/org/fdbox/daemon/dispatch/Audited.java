package org.fdbox.daemon.dispatch;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;

/// Which requests are audited, and what is told of each. Every verb says so here: a new one does not compile until it does.
final class Audited {

    /// What a request is about.
    enum Plane {
        /// It changes nothing and brings nobody a descriptor: not audited. An acknowledgement of a spare's is a part of the stream
        /// that its Attach began, which is audited.
        LOOKING,
        /// Descriptors go in and out, as often as programs like.
        DATA,
        /// Who may have what, and what outlives the daemon.
        CONTROL
    }

    private Audited() {}

    static Plane plane(Request request) {
        return switch (request) {
            case Request.GetInfo _, Request.GetInterfaceDescription _, Request.ListBoxes _,
                    Request.ListEntries _, Request.Holders _, Request.Monitor _, Request.Status _, Request.ListHandlers _, Request.Ack _ ->
                Plane.LOOKING;
            case Request.Put _, Request.PutMany _, Request.Get _, Request.GetMany _, Request.Confirm _,
                    Request.Drop _ ->
                Plane.DATA;
            case Request.CreateBox _, Request.DeleteBox _, Request.SetAccess _, Request.OpenBox _,
                    Request.Seal _, Request.Unseal _, Request.Prepare _, Request.Save _, Request.RegisterHandler _, Request.Restored _, Request.Upgrade _, Request.TakeOver _, Request.Commit _, Request.Abort _, Request.Attach _ ->
                Plane.CONTROL;
        };
    }

    /// What was asked for.
    static void tell(AuditEvent event, Request request) {
        switch (request) {
            case Request.GetInfo _, Request.GetInterfaceDescription _, Request.ListBoxes _,
                    Request.ListEntries _, Request.Holders _, Request.Monitor _, Request.Status _, Request.ListHandlers _, Request.Ack _ -> {
                // Nobody is told.
            }
            case Request.Put(var box, var name, _, var replace) ->
                event.verb("Put").box(box).names(List.of(name)).flag("replace", replace);
            case Request.PutMany(var box, var files, var replace) ->
                event.verb("PutMany").box(box).names(files.stream().map(Request.Offered::name).toList())
                        .flag("replace", replace);
            case Request.Get(var box, var name, var keep, var confirm) ->
                event.verb("Get").box(box).names(List.of(name)).flag("keep", keep).flag("confirm", confirm);
            case Request.GetMany(var box, var names, var keep, var confirm) ->
                event.verb("GetMany").box(box).names(names.orElse(List.of())).flag("keep", keep)
                        .flag("confirm", confirm);
            case Request.Confirm(var lease) -> event.verb("Confirm").text("lease", lease);
            case Request.Drop(var box, var name) -> event.verb("Drop").box(box).names(List.of(name));
            case Request.CreateBox(var box, var mode) -> mode(event.verb("CreateBox").box(box), mode);
            case Request.DeleteBox(var box) -> event.verb("DeleteBox").box(box);
            case Request.SetAccess(var box, var owner, var group, var mode) -> {
                event.verb("SetAccess").box(box).id("owner", owner).id("group", group);
                mode(event, mode);
            }
            case Request.OpenBox(var box, _) -> event.verb("OpenBox").box(box);
            case Request.Seal(var box, var exclusive) ->
                event.verb("Seal").box(box).flag("exclusive", exclusive);
            case Request.Unseal(var box) -> event.verb("Unseal").box(box);
            case Request.Prepare(var box) -> event.verb("Prepare").box(box);
            case Request.Save(var directory) -> text(event.verb("Save"), "directory", directory);
            case Request.RegisterHandler(var compatible) ->
                event.verb("RegisterHandler").compatible(Set.of(compatible));
            // Its request's name is a secret.
            case Request.Restored(_, _, var error) -> text(event.verb("Restored"), "error", error);
            case Request.Upgrade _ -> event.verb("Upgrade");
            case Request.TakeOver _ -> event.verb("TakeOver");
            case Request.Commit _ -> event.verb("Commit");
            case Request.Abort _ -> event.verb("Abort");
            case Request.Attach _ -> event.verb("Attach");
        }
    }

    private static void mode(AuditEvent event, OptionalInt mode) {
        mode.ifPresent(bits -> event.text("mode", "%04o".formatted(bits)));
    }

    private static void text(AuditEvent event, String key, Optional<String> value) {
        value.ifPresent(text -> event.text(key, text));
    }

    /// What came of it, where the reply says more than the request did.
    static void tell(AuditEvent event, Reply reply) {
        switch (reply) {
            case Reply.Stored(var entry) -> entries(event, List.of(entry));
            case Reply.StoredMany(var entries) -> entries(event, entries);
            case Reply.Handed(var file, var lease) -> {
                entries(event, List.of(file.entry()));
                text(event, "lease", lease);
            }
            case Reply.HandedMany(var files, var lease) -> {
                entries(event, files.stream().map(Reply.HandedEntry::entry).toList());
                text(event, "lease", lease);
            }
            case Reply.Upgraded(var pid, var version) ->
                event.number("successor", pid).text("version", version);
            case Reply.Released(var count) -> event.number("released", count);
            case Reply.Sealed(var complete) -> complete.ifPresent(all -> event.flag("complete", all));
            case Reply.Done _, Reply.Info _, Reply.Description _, Reply.Boxes _, Reply.Entries _,
                    Reply.Prepared _, Reply.Opened _, Reply.HoldersFound _, Reply.Happened _, Reply.Saved _, Reply.HandoverStatus _, Reply.Handlers _, Reply.ToRestore _, Reply.Carried _, Reply.Changed _ -> {
                // Nothing that the request did not say.
            }
        }
    }

    private static void entries(AuditEvent event, List<EntryInfo> entries) {
        event.names(entries.stream().map(EntryInfo::name).toList());
        var kinds = new LinkedHashSet<String>();
        entries.forEach(entry -> kinds.add(entry.compatible()));
        event.compatible(kinds);
    }

    /// What a handle was opened with.
    static void tell(AuditEvent event, Set<HandleRight> rights) {
        event.list("rights", rights.stream().map(HandleRight::word).toList());
    }
}
