import Foundation

/// Turns bytes of another encoding into UTF-8 with the C library's `iconv`, piece by piece.
final class Transcoder {
  struct Undecodable: Error {
    /// Bytes from the start of the text.
    let offset: Int
  }

  private let converter: iconv_t
  /// A character whose bytes end in the next piece.
  private var pending: [UInt8] = []
  private var consumed = 0
  private var output = [UInt8](repeating: 0, count: 128 * 1024)

  /// Nil when the library doesn't know the encoding.
  init?(from encoding: String) {
    guard let converter = iconv_open("UTF-8", encoding), converter != iconv_t(bitPattern: -1) else { return nil }
    self.converter = converter
  }

  deinit { iconv_close(converter) }

  func feed(_ chunk: [UInt8], to sink: (ArraySlice<UInt8>) throws -> Void) throws {
    var input = pending + chunk
    pending = []
    var start = 0
    while start < input.count {
      let (used, made, fault) = convert(&input, from: start)
      if made > 0 { try sink(output[..<made]) }
      start += used
      consumed += used
      switch fault {
      case 0, E2BIG: continue
      case EINVAL:
        pending = Array(input[start...])
        return
      default: throw Undecodable(offset: consumed)
      }
    }
  }

  func finish() throws {
    if !pending.isEmpty { throw Undecodable(offset: consumed) }
  }

  /// Answers how many bytes were read and written, and the error number, 0 if all is well.
  private func convert(_ input: inout [UInt8], from start: Int) -> (used: Int, made: Int, fault: Int32) {
    var inputLeft = input.count - start
    var outputLeft = output.count
    let capacity = output.count
    var fault: Int32 = 0
    input.withUnsafeMutableBytes { input in
      output.withUnsafeMutableBytes { output in
        var source = input.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
        var target = output.baseAddress?.assumingMemoryBound(to: CChar.self)
        // -1 is what the library answers beside an error number.
        if iconv(converter, &source, &inputLeft, &target, &outputLeft) == -1 { fault = errno }
      }
    }
    return (input.count - start - inputLeft, capacity - outputLeft, fault)
  }
}
