/// The protocol: bytes in, records out, and the other way round. It knows how many descriptors came with a message, never a
/// socket.
///
/// **The happy path.** A server gives [org.fdbox.protocol.Codec#decodeCall] the bytes of a message and gets a
/// [org.fdbox.protocol.Call]: a [org.fdbox.protocol.Request] with the flags `more` and `oneway`. It answers with a
/// [org.fdbox.protocol.Reply], which [org.fdbox.protocol.Codec#encodeReply] makes bytes of. A client does the reverse.
/// Requests and replies are sealed: a verb that is added does not compile until every `switch` handles it.
///
/// **The unhappy paths.** A condition that the interface files name is a [org.fdbox.protocol.Refused], one class an
/// error; the server throws it, the codec carries it, and the client throws the same class again. A message that is no JSON
/// object, or nests deeper than 64, is [org.fdbox.protocol.Malformed]: the stream is lost, and the connection ends after one
/// error.
///
/// The texts of the interfaces are resources beside these classes; what the daemon says of itself is what is written
/// there.
package org.fdbox.protocol;
