/// What the tests with real processes share: a daemon of one's own in a folder of one's own, a count of its descriptors before
/// and after, descriptors of every kind, and waiting for what can be observed instead of sleeping.
package org.fdbox.test.support;
