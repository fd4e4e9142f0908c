import Foundation
import Synchronization

/// The folder of `Package.swift`.
public let packageFolder: URL = {
  var folder = URL(fileURLWithPath: #filePath)
  while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path), folder.path.count > 1 {
    folder.deleteLastPathComponent()
  }
  return folder
}()

/// Programs that tests start.
extension Process {
  private static let starting = NSLock()

  /// The built program, not started yet. It says nothing.
  public static func martlet(_ arguments: [String]) -> Process {
    silent(packageFolder.appending(path: ".build/debug/martlet"), arguments)
  }

  /// A program of this machine, not started yet. It says nothing.
  /// - Parameter name: of a file on the usual path, or in a folder of programs for administrators.
  public static func named(_ name: String, _ arguments: [String]) throws -> Process {
    guard let path = path(of: name) else { throw NoSuchProgram(name: name) }
    return silent(URL(fileURLWithPath: path), arguments)
  }

  public static func isInstalled(_ name: String) -> Bool { path(of: name) != nil }

  private static func path(of name: String) -> String? {
    let usual = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map(String.init) ?? []
    return (usual + ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin"]).map { "\($0)/\(name)" }
      .first(where: FileManager.default.isExecutableFile(atPath:))
  }

  private static func silent(_ program: URL, _ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return process
  }

  /// `run`, one at a time: two that start in the same moment can end the program that starts them.
  /// - Returns: the end of the process, to be awaited; no thread that other tests need is held meanwhile.
  public func start() throws -> Ending {
    let ending = Ending()
    terminationHandler = { ending.note($0.terminationStatus) }
    try Self.starting.withLock { try run() }
    return ending
  }

  /// What a process answers that has ended.
  public final class Ending: Sendable {
    private let state = Mutex<(status: Int32?, waiting: [CheckedContinuation<Int32, Never>])>((nil, []))

    fileprivate func note(_ status: Int32) {
      let waiting = state.withLock { state in
        defer { state = (status, []) }
        return state.waiting
      }
      for continuation in waiting { continuation.resume(returning: status) }
    }

    public var status: Int32 {
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

  /// What a process left that ran to its end.
  public struct Outcome: Sendable {
    public let status: Int32
    /// What it wrote to its standard output.
    public let output: String
    /// What it wrote to its standard error.
    public let errors: String
  }

  /// Starts the process and waits for its end.
  /// - Parameter input: what it reads.
  public func outcome(input: String = "") async throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-program-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files and not pipes: the end of a pipe is seen only once every program that was started meanwhile has let go of it.
    let (read, said, complained) = (
      folder.appending(path: "in"), folder.appending(path: "out"), folder.appending(path: "err")
    )
    for (file, text) in [(read, input), (said, ""), (complained, "")] { try Data(text.utf8).write(to: file) }
    let handles = (
      try FileHandle(forReadingFrom: read), try FileHandle(forWritingTo: said), try FileHandle(forWritingTo: complained)
    )
    (standardInput, standardOutput, standardError) = handles
    let status = try await start().status
    for handle in [handles.0, handles.1, handles.2] { try handle.close() }
    return Outcome(
      status: status, output: String(decoding: try Data(contentsOf: said), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: complained), as: UTF8.self))
  }
}

/// Runs the built program to its end.
/// - Parameter input: what it reads.
public func martlet(_ arguments: [String], input: String = "") async throws -> Process.Outcome {
  try await Process.martlet(arguments).outcome(input: input)
}

struct NoSuchProgram: Error {
  let name: String
}
