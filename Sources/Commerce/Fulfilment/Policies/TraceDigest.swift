import Crypto
import Foundation
import Values

/// Tells two traces of one moment apart, so that the same one that is told again is known.
enum TraceDigest {
  static func text(_ trace: Trace) -> String {
    Hex.text(SHA256.hash(data: Data("\(trace.text)\n\(trace.place)".utf8)).prefix(8))
  }
}
