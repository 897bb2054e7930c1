/// Who may have how much: rules by user or group, read from the configuration.
///
/// **The happy path.** A [org.fdbox.daemon.policy.Policy] is a list of [org.fdbox.daemon.policy.Rule]s; of those, the first that
/// names a user, or a group that the user is in, is the user's, whole: which boxes it may create, which kinds it may put, and its
/// [org.fdbox.daemon.policy.Limits]. What everybody counts against, connections, boxes, entries, leases, contents, is counted
/// where it is held; all ask the one [org.fdbox.daemon.policy.PolicyInForce] for the rule of whoever asks.
///
/// **The unhappy paths.** A changed policy comes into force whole, by one assignment, or not at all. It takes nothing away:
/// whoever holds more than a new limit keeps it, and gets nothing further until they hold less.
package org.fdbox.daemon.policy;
