package org.fdbox.protocol;

/// A request with the flags of the Varlink message that carried it.
///
/// @param more the caller takes several replies
/// @param oneway the caller wants no reply
public record Call(Request request, boolean more, boolean oneway) {

    public static Call of(Request request) {
        return new Call(request, false, false);
    }
}
