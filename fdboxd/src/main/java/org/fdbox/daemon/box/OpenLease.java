package org.fdbox.daemon.box;

import java.util.List;

/// What is to be known of a lease so that it goes on elsewhere.
///
/// @param id the name by which it is confirmed
/// @param uid who asked for it
/// @param entries their names
public record OpenLease(String id, int uid, String box, List<String> entries) {}
