package org.fdbox.protocol;

import java.util.Map;

/// Makes of an error reply the exception that the server threw.
final class Refusals {

    private Refusals() {}

    static Refused of(String error, Map<String, Object> parameters) {
        var p = new Parameters(parameters);
        try {
            return switch (error) {
                case "org.fdbox.Store.NoSuchBox" -> new Refused.NoSuchBox(p.string("box"));
                case "org.fdbox.Store.BoxExists" -> new Refused.BoxExists(p.string("box"));
                case "org.fdbox.Store.BoxSealed" -> new Refused.BoxSealed(p.string("box"));
                case "org.fdbox.Store.BoxNotSealed" -> new Refused.BoxNotSealed(p.string("box"));
                case "org.fdbox.Store.NoSuchFd" -> new Refused.NoSuchFd(p.string("box"), p.string("name"));
                case "org.fdbox.Store.FdExists" -> new Refused.FdExists(p.string("box"), p.string("name"));
                case "org.fdbox.Store.FdLeased" -> new Refused.FdLeased(p.string("box"), p.string("name"));
                case "org.fdbox.Store.FdPending" ->
                    new Refused.FdPending(p.string("box"), p.string("name"), p.string("compatible"));
                case "org.fdbox.Store.FdBusy" ->
                    new Refused.FdBusy(p.string("box"), p.string("name"), ReplyReader.holdersFound(p));
                case "org.fdbox.Store.UnsupportedFd" ->
                    new Refused.UnsupportedFd(p.string("name"), p.string("kind"), p.string("reason"));
                case "org.fdbox.Store.HandlerRefused" ->
                    new Refused.HandlerRefused(p.string("box"), p.string("name"), p.string("compatible"),
                            p.string("reason"));
                case "org.fdbox.Store.InvalidName" ->
                    new Refused.InvalidName(p.string("name"), p.string("reason"));
                case "org.fdbox.Store.MissingFileDescriptor" ->
                    new Refused.MissingFileDescriptor(p.integer("index"), p.integer("received"));
                case "org.fdbox.Store.SurplusFileDescriptors" ->
                    new Refused.SurplusFileDescriptors(p.integer("expected"), p.integer("received"));
                case "org.fdbox.Store.NoSuchLease" -> new Refused.NoSuchLease(p.string("lease"));
                case "org.fdbox.Store.TooManyFileDescriptors" ->
                    new Refused.TooManyFileDescriptors(p.integer("limit"), p.integer("requested"));
                case "org.fdbox.Store.QuotaExceeded" ->
                    new Refused.QuotaExceeded(p.string("limit"), p.number("value"));
                case "org.fdbox.Store.OutOfFileDescriptors" ->
                    new Refused.OutOfFileDescriptors(p.integer("limit"));
                case "org.fdbox.Store.HandoverInProgress" -> new Refused.HandoverInProgress();
                case "org.fdbox.Handover.HandoverFailed" ->
                    new Refused.HandoverFailed(p.optionalString("box"), p.optionalString("name"),
                            p.string("reason"));
                case "org.fdbox.Handover.NotFrozen" -> new Refused.NotFrozen();
                case "org.fdbox.Handover.HandlerExists" -> new Refused.HandlerExists(p.string("compatible"));
                case "org.fdbox.Handover.NoSuchRequest" -> new Refused.NoSuchRequest(p.string("request"));
                case "org.varlink.service.InterfaceNotFound" ->
                    new Refused.InterfaceNotFound(p.string("interface"));
                case "org.varlink.service.MethodNotFound" -> new Refused.MethodNotFound(p.string("method"));
                case "org.varlink.service.MethodNotImplemented" ->
                    new Refused.MethodNotImplemented(p.string("method"));
                case "org.varlink.service.InvalidParameter" ->
                    new Refused.InvalidParameter(p.string("parameter"));
                case "org.varlink.service.PermissionDenied" -> new Refused.PermissionDenied();
                case "org.varlink.service.ExpectedMore" -> new Refused.ExpectedMore();
                case "org.fdbox.Store.AccessDenied" ->
                    new Refused.AccessDenied(p.optionalString("box"), p.string("right"));
                default -> new Refused.Other(error, parameters);
            };
        } catch (Refused.InvalidParameter incomplete) {
            return new Refused.Other(error, parameters);
        }
    }
}
