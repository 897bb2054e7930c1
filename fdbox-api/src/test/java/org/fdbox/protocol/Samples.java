package org.fdbox.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Messages of every kind: with all that is optional, and without any of it.
public final class Samples {

    public static final BoxInfo BOX = new BoxInfo("vm1", true, 1000, -2, 0750, 12, 1, 1_795_430_000_000_000L);
    public static final EntryInfo PLAIN = new EntryInfo(
            "irq", "fdbox,eventfd-v1", "eventfd", EntryInfo.State.LEASED, EntryInfo.Survival.REOPEN,
            Optional.empty(),
            Optional.empty(), 0, 0, 1, Map.of());
    public static final EntryInfo FULL = new EntryInfo(
            "日本 \u0001\"\\", "acme,x-v1", "socket", EntryInfo.State.PENDING, EntryInfo.Survival.LIVE,
            Optional.of("a connection ends"), Optional.of("other/line"), -2, Integer.MAX_VALUE,
            Long.MAX_VALUE,
            properties());
    private static final Reply.Left LEFT =
            new Reply.Left("vm1", Optional.of("x"), Optional.of("acme,x-v1"), "no handler");
    private static final Reply.Left LEFT_BOX =
            new Reply.Left("vm1", Optional.empty(), Optional.empty(), "not sealed");

    private Samples() {}

    /// A request and a reply to it.
    record Exchange(Request request, Reply reply) {}

    private static Map<String, Object> properties() {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("size", Long.MIN_VALUE);
        properties.put("huge", new BigInteger("18446744073709551615"));
        properties.put("part", new BigDecimal("0.125"));
        properties.put("seals", Arrays.asList("shrink", null, List.of(), Map.of()));
        properties.put("nothing", null);
        properties.put("deep", Map.of("address", Map.of("path", "/run/x", "abstract", false)));
        return properties;
    }

    static List<Request> requests() {
        return List.of(
                new Request.GetInfo(),
                new Request.GetInterfaceDescription("org.fdbox.Store"),
                new Request.CreateBox("vm1", OptionalInt.of(0070)),
                new Request.CreateBox("", OptionalInt.empty()),
                new Request.DeleteBox("vm1"),
                new Request.ListBoxes(),
                new Request.SetAccess("vm1", OptionalInt.of(0), OptionalInt.of(-2), OptionalInt.of(0777)),
                new Request.SetAccess("vm1", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty()),
                new Request.Put("vm1", "日本", 252, true),
                new Request.Put("vm1", "ram", 0, false),
                new Request.PutMany("vm1",
                        List.of(new Request.Offered("a", 0), new Request.Offered("b", 0),
                                new Request.Offered("", 7)),
                        true),
                new Request.PutMany("vm1", List.of(), false),
                new Request.ListEntries("vm1"),
                new Request.Get("vm1", "ram", true, false),
                new Request.Get("vm1", "ram", false, true),
                new Request.Get("vm1", "ram", false, false),
                new Request.GetMany("vm1", Optional.of(List.of("a", "a", "")), true, false),
                new Request.GetMany("vm1", Optional.of(List.of()), false, true),
                new Request.GetMany("vm1", Optional.empty(), false, false),
                new Request.Confirm("1"),
                new Request.Drop("vm1", "ram"),
                new Request.Seal("vm1", true),
                new Request.Seal("vm1", false),
                new Request.Unseal("vm1"),
                new Request.Prepare("b"),
                new Request.OpenBox("vm1", Optional.empty()),
                new Request.OpenBox("vm1", Optional.of(EnumSet.of(HandleRight.SEAL, HandleRight.LIST))),
                new Request.OpenBox("", Optional.of(EnumSet.allOf(HandleRight.class))),
                new Request.Holders("b", "x"),
                new Request.Monitor(Optional.of("b")),
                new Request.Monitor(Optional.empty()),
                new Request.RegisterHandler("acme,x-v1"),
                new Request.Restored("7", OptionalInt.of(2), Optional.empty()),
                new Request.Restored("7", OptionalInt.empty(), Optional.of("it is gone")),
                new Request.Save(Optional.of("/srv/state")),
                new Request.Save(Optional.empty()),
                new Request.Status(),
                new Request.ListHandlers(),
                new Request.Upgrade(),
                new Request.TakeOver(List.of(2, 1)),
                new Request.TakeOver(List.of()),
                new Request.Commit(),
                new Request.Abort(),
                new Request.Attach(List.of(1)),
                new Request.Ack(Long.MAX_VALUE));
    }

    static List<Exchange> exchanges() {
        var everything = new Request.GetMany("vm1", Optional.empty(), false, false);
        var done = Stream.<Request>of(
                new Request.CreateBox("vm1", OptionalInt.empty()),
                new Request.SetAccess("vm1", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty()),
                new Request.Confirm("1"),
                new Request.Drop("vm1", "ram"),
                new Request.Unseal("vm1"),
                new Request.Commit(),
                new Request.Abort(),
                new Request.Ack(7))
                .map(request -> new Exchange(request, new Reply.Done()));
        return Stream.concat(done, Stream.of(
                new Exchange(new Request.GetInfo(),
                        new Reply.Info("v", "p", "1.0", "u", List.of("org.fdbox.Store"))),
                new Exchange(new Request.GetInterfaceDescription("x"),
                        new Reply.Description("interface x\n")),
                new Exchange(new Request.DeleteBox("vm1"), new Reply.Released(3)),
                new Exchange(new Request.ListBoxes(), new Reply.Boxes(List.of(BOX, BOX))),
                new Exchange(new Request.ListBoxes(), new Reply.Boxes(List.of())),
                new Exchange(new Request.Put("vm1", "x", 0, false), new Reply.Stored(FULL)),
                new Exchange(new Request.PutMany("vm1", List.of(), false),
                        new Reply.StoredMany(List.of(FULL, PLAIN))),
                new Exchange(new Request.ListEntries("vm1"), new Reply.Entries(BOX, List.of(PLAIN, FULL))),
                new Exchange(new Request.ListEntries("vm1"), new Reply.Entries(BOX, List.of())),
                new Exchange(new Request.Get("vm1", "x", false, true),
                        new Reply.Handed(new Reply.HandedEntry(252, FULL), Optional.of("7"))),
                new Exchange(new Request.Get("vm1", "x", true, false),
                        new Reply.Handed(new Reply.HandedEntry(0, PLAIN), Optional.empty())),
                new Exchange(everything, new Reply.HandedMany(
                        List.of(new Reply.HandedEntry(1, FULL), new Reply.HandedEntry(0, PLAIN)),
                        Optional.of("7"))),
                new Exchange(everything, new Reply.HandedMany(List.of(), Optional.empty())),
                new Exchange(new Request.Seal("vm1", true), new Reply.Sealed(Optional.of(false))),
                new Exchange(new Request.Seal("vm1", false), new Reply.Sealed(Optional.empty())),
                new Exchange(new Request.OpenBox("b", Optional.empty()), new Reply.Opened(252)),
                new Exchange(new Request.Holders("b", "x"), new Reply.HoldersFound(List.of(), false)),
                new Exchange(new Request.Holders("b", "x"),
                        new Reply.HoldersFound(List.of(new Holder(1, -1, "init"), new Holder(2, 3, "sh")),
                                true)),
                new Exchange(new Request.Monitor(Optional.empty()),
                        new Reply.Happened("put", Optional.of("b"),
                                Optional.of("x"), OptionalInt.of(-2), 1, OptionalLong.empty(),
                                OptionalLong.empty())),
                new Exchange(new Request.Monitor(Optional.empty()), new Reply.Happened("missed",
                        Optional.empty(), Optional.empty(), OptionalInt.empty(), Long.MAX_VALUE,
                        OptionalLong.of(1L << 40), OptionalLong.empty())),
                new Exchange(new Request.Monitor(Optional.of("b")), new Reply.Happened("handoverPlanned",
                        Optional.empty(), Optional.empty(), OptionalInt.empty(), 0, OptionalLong.empty(),
                        OptionalLong.of(1_795_430_000_000_000L))),
                new Exchange(new Request.Restored("7", OptionalInt.of(0), Optional.empty()),
                        new Reply.Done()),
                new Exchange(new Request.RegisterHandler("acme,x-v1"), new Reply.ToRestore(Optional.empty())),
                new Exchange(new Request.RegisterHandler("acme,x-v1"), new Reply.ToRestore(
                        Optional.of(new Reply.WantedEntry("7", "b", "x", properties(), OptionalInt.of(0))))),
                new Exchange(new Request.Prepare("b"), new Reply.Prepared(1, Long.MAX_VALUE)),
                new Exchange(new Request.Save(Optional.empty()),
                        new Reply.Saved(1L << 40, Long.MAX_VALUE, 1, 2, Optional.empty(), Optional.empty())),
                new Exchange(new Request.Save(Optional.empty()), new Reply.Saved(0, 0, 0, 0,
                        Optional.of("/srv/state/handover.json"), Optional.of(List.of(LEFT, LEFT_BOX)))),
                new Exchange(new Request.Save(Optional.empty()), new Reply.Saved(0, 0, 0, 0,
                        Optional.of("/srv/state/handover.json"), Optional.of(List.of()))),
                new Exchange(new Request.Upgrade(), new Reply.Upgraded(812, "1.0.0")),
                new Exchange(new Request.TakeOver(List.of(1)),
                        new Reply.Carried(1, properties(), 1, 40, 253)),
                new Exchange(new Request.TakeOver(List.of(1)), new Reply.Carried(1, Map.of(), 40, 40, 0)),
                new Exchange(new Request.Attach(List.of(1)), new Reply.Changed(1, properties(), 1, 1)),
                new Exchange(new Request.Attach(List.of(1)),
                        new Reply.Changed(1, Map.of(), Long.MAX_VALUE, 0)),
                new Exchange(new Request.Status(),
                        new Reply.HandoverStatus(3, "live", 1, 2, List.of(LEFT), List.of(LEFT_BOX))),
                new Exchange(new Request.ListHandlers(),
                        new Reply.Handlers(
                                List.of(new Reply.HandlerInfo("acme,x-v1", "x", "live", "acme.jar"))))))
                .toList();
    }

    public static List<Refused> refusals() {
        return List.of(
                new Refused.NoSuchBox("vm1"),
                new Refused.BoxExists("vm1"),
                new Refused.BoxSealed("vm1"),
                new Refused.BoxNotSealed("vm1"),
                new Refused.NoSuchFd("vm1", "ram"),
                new Refused.FdExists("vm1", "ram"),
                new Refused.FdLeased("vm1", "ram"),
                new Refused.FdPending("vm1", "x", "acme,x-v1"),
                new Refused.FdBusy("vm1", "x",
                        new Reply.HoldersFound(List.of(new Holder(812, 3, "qemu")), false)),
                new Refused.UnsupportedFd("x", "epoll", "it is empty elsewhere"),
                new Refused.HandlerRefused("vm1", "x", "acme,x-v1", "no"),
                new Refused.InvalidName("a/b", "it has a '/'"),
                new Refused.MissingFileDescriptor(2, 1),
                new Refused.SurplusFileDescriptors(1, 253),
                new Refused.NoSuchLease("7"),
                new Refused.TooManyFileDescriptors(253, 254),
                new Refused.QuotaExceeded("entriesPerUid", 1L << 40),
                new Refused.OutOfFileDescriptors(1024),
                new Refused.HandoverInProgress(),
                new Refused.HandoverFailed(Optional.of("vm1"), Optional.of("ram"), "no space left on device"),
                new Refused.HandoverFailed(Optional.of("vm1"), Optional.empty(), "no space left on device"),
                new Refused.HandoverFailed(Optional.empty(), Optional.empty(), "no space left on device"),
                new Refused.NotFrozen(),
                new Refused.HandlerExists("acme,x-v1"),
                new Refused.NoSuchRequest("7"),
                new Refused.InterfaceNotFound("org.acme.X"),
                new Refused.MethodNotFound("org.fdbox.Store.X"),
                new Refused.MethodNotImplemented("org.fdbox.Store.Monitor"),
                new Refused.InvalidParameter("box"),
                new Refused.PermissionDenied(),
                new Refused.ExpectedMore(),
                new Refused.AccessDenied(Optional.of("vm1"), "take"),
                new Refused.AccessDenied(Optional.empty(), "create a box"),
                new Refused.Other("org.acme.New", properties()));
    }

    /// A message as it is sent, without its NUL.
    public static byte[] unterminated(byte[] message) {
        return Arrays.copyOf(message, message.length - 1);
    }

    /// The parameters of a message as it is sent.
    @SuppressWarnings("unchecked")
    static Map<String, Object> parameters(byte[] message) throws Malformed {
        return (Map<String, Object>) Json.readObject(unterminated(message)).get("parameters");
    }
}
