import Foundation
import Synchronization

/// Programs that tests start.
extension Process {
  private static let starting = NSLock()

  /// The built program, not started yet. It says nothing.
  static func martlet(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = TestShop.packageFolder.appending(path: ".build/debug/martlet")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return process
  }

  /// `run`, one at a time: two that start in the same moment can end the program that starts them.
  /// - Returns: the end of the process, to be awaited; no thread that other tests need is held meanwhile.
  func start() throws -> Ending {
    let ending = Ending()
    terminationHandler = { ending.note($0.terminationStatus) }
    try Self.starting.withLock { try run() }
    return ending
  }

  /// What a process answers that has ended.
  final class Ending: Sendable {
    private let state = Mutex<(status: Int32?, waiting: [CheckedContinuation<Int32, Never>])>((nil, []))

    fileprivate func note(_ status: Int32) {
      let waiting = state.withLock { state in
        defer { state = (status, []) }
        return state.waiting
      }
      for continuation in waiting { continuation.resume(returning: status) }
    }

    var status: Int32 {
      get async {
        await withCheckedContinuation { continuation in
          let status = state.withLock { state in
            if state.status == nil { state.waiting.append(continuation) }
            return state.status
          }
          if let status { continuation.resume(returning: status) }
        }
      }
    }
  }
}

/// Runs the built program to its end.
/// - Parameter input: what it reads.
/// - Returns: its exit code, and what it wrote to its standard output.
func martlet(_ arguments: [String], input: String = "") async throws -> (status: Int32, output: String) {
  let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-program-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  // Files and not pipes: the end of a pipe is seen only once every program that was started meanwhile has let go of it.
  let (said, heard) = (folder.appending(path: "output"), folder.appending(path: "input"))
  try Data().write(to: said)
  try Data(input.utf8).write(to: heard)
  let process = Process.martlet(arguments)
  let (output, standardInput) = (try FileHandle(forWritingTo: said), try FileHandle(forReadingFrom: heard))
  process.standardOutput = output
  process.standardInput = standardInput
  let status = try await process.start().status
  try output.close()
  try standardInput.close()
  return (status, String(decoding: try Data(contentsOf: said), as: UTF8.self))
}
