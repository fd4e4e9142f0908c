import Foundation
import NIOCore
import TestKit
import Testing

/// The whole program as a process of its own on a stocked demo shop, as operators run it.
struct ServedShop {
  let program: Program
  let process: Int32
  /// With which another program works on the same data.
  let settings: [String]

  /// - Parameters:
  ///   - arguments: settings beside those that a test always needs.
  ///   - hasDays: whether the demo has played its weeks, so that there are orders.
  static func run(_ arguments: [String] = [], hasDays: Bool = false, _ body: (ServedShop) async throws -> Void)
    async throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-served-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let storage = try await TestStorage.arguments()
    let port = try freePort()
    let settings =
      storage.arguments + [
        "--home-folder", TestShop.packageFolder.path, "--data-folder", folder.path, "--http-port", "\(port)",
        "--sandbox-port", "\(try freePort())", "--accounts-password-cost", "10", "--catalog-fetches-pictures", "false",
      ] + arguments
    let demo = try await martlet(["demo"] + (hasDays ? [] : ["--catalogue-only"]) + settings)
    #expect(demo.status == 0, "\(demo.errors)")
    let process = Process.martlet(["serve"] + settings)
    let ending = try process.start()
    let shop = ServedShop(
      program: Program(base: "http://127.0.0.1:\(port)", http: Program.manyAtOnce, patience: .seconds(60)),
      process: process.processIdentifier,
      settings: settings)
    let outcome = await Result {
      try await shop.program.waitUntilUp()
      try await body(shop)
    }
    process.terminate()
    #expect(await ending.status == 0, "the program ends well")
    try outcome.get()
    #expect(try await martlet(["audit"] + settings).status == 0, "the books agree")
    await storage.remove()
  }

  /// What the system says of the process now.
  func reading() throws -> Reading { try Reading(of: process) }

  /// The value of a metric, summed over its labels; nil when it isn't told.
  func metric(_ name: String) async throws -> Double? {
    let answer = try await program.send("GET", "/metrics")
    let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n").filter {
      $0.hasPrefix("\(name){") || $0.hasPrefix("\(name) ")
    }
    let values = lines.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    return values.isEmpty ? nil : values.reduce(0, +)
  }
}

/// What the system says of a process: `/proc/PID`.
struct Reading {
  let residentMiB: Double
  /// The most that it ever was.
  let peakMiB: Double
  let threads: Int
  /// Files and sockets that are open.
  let files: Int

  init(of process: Int32) throws {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    func number(_ name: String) throws -> Int {
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(name):") }, "\(name)")
      return try #require(line.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }, "\(name)")
    }
    residentMiB = Double(try number("VmRSS")) / 1024
    peakMiB = Double(try number("VmHWM")) / 1024
    threads = try number("Threads")
    files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
  }
}
