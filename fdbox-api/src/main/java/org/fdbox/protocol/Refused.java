package org.fdbox.protocol;

import java.util.Map;
import java.util.Optional;

/// A condition of the protocol: the server did not do what was asked, and says why. One class for each error of the interface
/// files, thrown by the server's verbs and again, the same, by the client. An answer and not a fault, it has no stack trace.
@SuppressWarnings("serial") // never written by Java's serialization
public abstract sealed class Refused extends Exception {

    private static final String STORE = "org.fdbox.Store.";
    private static final String HANDOVER = "org.fdbox.Handover.";
    private static final String SERVICE = "org.varlink.service.";

    private final String error;
    private final transient Map<String, Object> parameters;

    private Refused(String error, String message, Object... parameters) {
        super(message, null, false, false);
        this.error = error;
        this.parameters = Parameters.object(parameters);
    }

    /// The error's full name in its interface.
    public final String error() {
        return error;
    }

    /// Its parameters, by name; values as in [Json].
    public final Map<String, Object> parameters() {
        return parameters;
    }

    /// There is no such box, or none that the caller may know of (ENOENT).
    public static final class NoSuchBox extends Refused {
        public NoSuchBox(String box) {
            super(STORE + "NoSuchBox", "no box \"" + box + "\"", "box", box);
        }
    }

    /// The name is taken by another box (EEXIST).
    public static final class BoxExists extends Refused {
        public BoxExists(String box) {
            super(STORE + "BoxExists", "there is a box \"" + box + "\" already", "box", box);
        }
    }

    /// A sealed box gives nothing out and takes nothing in (EBUSY).
    public static final class BoxSealed extends Refused {
        public BoxSealed(String box) {
            super(STORE + "BoxSealed", "box \"" + box + "\" is sealed; unseal it first", "box", box);
        }
    }

    /// Only a sealed box can be unsealed (EBUSY).
    public static final class BoxNotSealed extends Refused {
        public BoxNotSealed(String box) {
            super(STORE + "BoxNotSealed", "box \"" + box + "\" is not sealed", "box", box);
        }
    }

    /// The box has no such entry (ENOENT).
    public static final class NoSuchFd extends Refused {
        public NoSuchFd(String box, String name) {
            super(STORE + "NoSuchFd",
                    "box \"" + box + "\" has no \"" + name + "\"",
                    "box", box, "name", name);
        }
    }

    /// The name is taken in this box (EEXIST).
    public static final class FdExists extends Refused {
        public FdExists(String box, String name) {
            super(STORE + "FdExists",
                    "box \"" + box + "\" has a \"" + name + "\" already; replace it, or choose another name",
                    "box", box, "name", name);
        }
    }

    /// The entry is handed out and not yet confirmed (EBUSY).
    public static final class FdLeased extends Refused {
        public FdLeased(String box, String name) {
            super(STORE + "FdLeased",
                    "\"" + name + "\" of box \"" + box
                            + "\" is on lease to somebody who has not confirmed yet",
                    "box", box, "name", name);
        }
    }

    /// The entry was recovered, but no handler could restore it yet (EAGAIN).
    public static final class FdPending extends Refused {
        public FdPending(String box, String name, String compatible) {
            super(STORE + "FdPending",
                    "\"" + name + "\" of box \"" + box + "\" waits for a handler of " + compatible,
                    "box", box, "name", name, "compatible", compatible);
        }
    }

    /// Others still have the file open, so its box cannot be sealed for itself alone (EBUSY).
    public static final class FdBusy extends Refused {
        private final Reply.HoldersFound found;

        public FdBusy(String box, String name, Reply.HoldersFound found) {
            super(STORE + "FdBusy",
                    "\"" + name + "\" of box \"" + box + "\" is still open in "
                            + Holder.told(found.holders()),
                    "box", box, "name", name, "holders", Holder.write(found.holders()), "complete",
                    found.complete());
            this.found = found;
        }

        /// Who, the daemon itself where the file is in another box; and whether every process could be looked into.
        public Reply.HoldersFound found() {
            return found;
        }
    }

    /// No enabled handler accepts this kind of descriptor (EOPNOTSUPP).
    public static final class UnsupportedFd extends Refused {
        public UnsupportedFd(String name, String kind, String reason) {
            super(STORE + "UnsupportedFd",
                    "\"" + name + "\" (" + kind + ") cannot be held: " + reason,
                    "name", name, "kind", kind, "reason", reason);
        }
    }

    /// The handler of this kind refused, with its own reason.
    public static final class HandlerRefused extends Refused {
        public HandlerRefused(String box, String name, String compatible, String reason) {
            super(STORE + "HandlerRefused",
                    compatible + " refuses \"" + name + "\" of box \"" + box + "\": " + reason,
                    "box", box, "name", name, "compatible", compatible, "reason", reason);
        }
    }

    /// The name breaks a rule (EINVAL).
    public static final class InvalidName extends Refused {
        public InvalidName(String name, String reason) {
            super(STORE + "InvalidName",
                    "\"" + name + "\" cannot be a name: " + reason,
                    "name", name, "reason", reason);
        }
    }

    /// The message names a descriptor that did not come with it (EBADF).
    public static final class MissingFileDescriptor extends Refused {
        public MissingFileDescriptor(int index, int received) {
            super(STORE + "MissingFileDescriptor",
                    "descriptor " + index + " is named, and " + received + " came with the message",
                    "index", index, "received", received);
        }
    }

    /// More descriptors came than the message names (EINVAL).
    public static final class SurplusFileDescriptors extends Refused {
        public SurplusFileDescriptors(int expected, int received) {
            super(STORE + "SurplusFileDescriptors",
                    received + " descriptors came with the message, and " + expected + " were expected",
                    "expected", expected, "received", received);
        }
    }

    /// This connection has no such lease (ENOENT).
    public static final class NoSuchLease extends Refused {
        public NoSuchLease(String lease) {
            super(STORE + "NoSuchLease", "this connection has no lease \"" + lease + "\"", "lease", lease);
        }
    }

    /// More than one message can carry (EMSGSIZE).
    public static final class TooManyFileDescriptors extends Refused {
        public TooManyFileDescriptors(int limit, int requested) {
            super(STORE + "TooManyFileDescriptors",
                    requested + " descriptors in one message, and " + limit + " are allowed",
                    "limit", limit, "requested", requested);
        }
    }

    /// The caller would hold more than it may (EDQUOT).
    public static final class QuotaExceeded extends Refused {
        public QuotaExceeded(String limit, long value) {
            super(STORE + "QuotaExceeded",
                    "the limit \"" + limit + "\" is " + value + " and would be passed",
                    "limit", limit, "value", value);
        }
    }

    /// The daemon has no free descriptor numbers for what is sent (EMFILE).
    public static final class OutOfFileDescriptors extends Refused {
        public OutOfFileDescriptors(int limit) {
            super(STORE + "OutOfFileDescriptors",
                    "the daemon is full: it may have " + limit + " descriptors open",
                    "limit", limit);
        }
    }

    /// What is being saved or handed over cannot change meanwhile (EBUSY).
    public static final class HandoverInProgress extends Refused {
        public HandoverInProgress() {
            super(STORE + "HandoverInProgress", "a handover is in progress; try again when it is over");
        }
    }

    /// A save or a take-over did not succeed; the daemon goes on as before.
    public static final class HandoverFailed extends Refused {
        public HandoverFailed(Optional<String> box, Optional<String> name, String reason) {
            super(HANDOVER + "HandoverFailed",
                    "the handover failed"
                            + box.map(b -> " at " + b + name.map(n -> "/" + n).orElse("")).orElse("") + ": "
                            + reason,
                    "box", box, "name", name, "reason", reason);
        }
    }

    /// Nothing is being taken over (EINVAL).
    public static final class NotFrozen extends Refused {
        public NotFrozen() {
            super(HANDOVER + "NotFrozen", "no take-over of this caller is under way");
        }
    }

    /// Somebody is the handler for this already (EEXIST).
    public static final class HandlerExists extends Refused {
        public HandlerExists(String compatible) {
            super(HANDOVER + "HandlerExists", "there is a handler for " + compatible + " already",
                    "compatible", compatible);
        }
    }

    /// No such entry is to be restored by this user, or no longer (ENOENT).
    public static final class NoSuchRequest extends Refused {
        public NoSuchRequest(String request) {
            super(HANDOVER + "NoSuchRequest",
                    "nobody waits for \"" + request + "\" of you, or nobody any more",
                    "request", request);
        }
    }

    /// No such interface.
    public static final class InterfaceNotFound extends Refused {
        public InterfaceNotFound(String name) {
            super(SERVICE + "InterfaceNotFound", "no interface \"" + name + "\"", "interface", name);
        }
    }

    /// The interface has no such method.
    public static final class MethodNotFound extends Refused {
        public MethodNotFound(String method) {
            super(SERVICE + "MethodNotFound", "no method \"" + method + "\"", "method", method);
        }
    }

    /// The interface has the method, and this version does not.
    public static final class MethodNotImplemented extends Refused {
        public MethodNotImplemented(String method) {
            super(SERVICE + "MethodNotImplemented", "this version does not have " + method, "method", method);
        }
    }

    /// A parameter is missing, unknown, or of the wrong shape.
    public static final class InvalidParameter extends Refused {
        public InvalidParameter(String parameter) {
            super(SERVICE + "InvalidParameter",
                    "parameter \"" + parameter + "\" is missing, unknown or malformed",
                    "parameter", parameter);
        }
    }

    /// The caller may not use this interface.
    public static final class PermissionDenied extends Refused {
        public PermissionDenied() {
            super(SERVICE + "PermissionDenied",
                    "only root and the daemon's own user may do this, and nobody over a box handle");
        }
    }

    /// The method streams its replies and must be called with more.
    public static final class ExpectedMore extends Refused {
        public ExpectedMore() {
            super(SERVICE + "ExpectedMore", "the method must be called with \"more\"");
        }
    }

    /// Who has some right on the box, or asks for what needs no box, lacks this one (EACCES).
    public static final class AccessDenied extends Refused {
        public AccessDenied(Optional<String> box, String right) {
            super(STORE + "AccessDenied",
                    "you may not " + right + box.map(b -> " in box \"" + b + "\"").orElse(""),
                    "box", box, "right", right);
        }
    }

    /// An error that this version of the client does not know, from a newer server.
    public static final class Other extends Refused {
        public Other(String error, Map<String, Object> parameters) {
            super(error, error + " " + parameters);
            parameters().putAll(parameters);
        }
    }
}
