import Foundation
import TestKit
import Testing

/// `Cluster`, as far as it goes without one: which folder it takes for its own, and what the drill reads.
@Suite(.enabled(if: Process.isInstalled("python3"))) struct ClusterFolderTests {
  private func inFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-cluster-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  private func python(_ arguments: [String], in folder: URL) async throws -> Process.Outcome {
    let process = try Process.named("python3", arguments)
    process.currentDirectoryURL = packageFolder.appending(path: "Cluster")
    process.environment = [
      "PATH": "/usr/bin:/bin", "CLUSTER_FOLDER": folder.path, "PYTHONDONTWRITEBYTECODE": "1",
      // So that nothing could be begun.
      "MARTLET_PROGRAM": "/nowhere/martlet",
    ]
    return try await process.outcome()
  }

  @Test(arguments: ["up", "down"]) func `a folder that holds something else is left alone`(command: String) async throws
  {
    try await inFolder { folder in
      let precious = folder.appending(path: "precious")
      try Data("kept".utf8).write(to: precious)
      let outcome = try await python(["cluster.py", command], in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("CLUSTER_FOLDER") && !outcome.errors.contains("Traceback"), "\(outcome.errors)")
      #expect(try Data(contentsOf: precious) == Data("kept".utf8))

      let link = folder.appending(path: "link")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder)
      #expect(try await python(["cluster.py", command], in: link).status == 1)
    }
  }

  @Test func `what a cluster wrote is for nobody else to read, and goes when it ends`() async throws {
    try await inFolder { folder in
      let cluster = folder.appending(path: "cluster")
      let write = "import place, sys; p = place.Place(sys.argv[1]); p['secret'] = 'a'; p['secret'] = 'b'"
      let written = try await python(["-c", write, cluster.path], in: cluster)
      #expect(written.status == 0, "\(written.errors)")
      let file = cluster.appending(path: "cluster.json").path
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(try await python(["cluster.py", "down"], in: cluster).status == 0)
      #expect(!FileManager.default.fileExists(atPath: cluster.path))
      #expect(FileManager.default.fileExists(atPath: folder.path))
    }
  }

  @Test func `a drill whose time is over ends where it waits, and leaves no process unknown`() async throws {
    try await inFolder { folder in
      let cluster = folder.appending(path: "cluster")
      let script = """
        import place, signal, sys, time
        here = place.Place(sys.argv[1])
        place.allotted.limit(0.2)
        time.sleep(0.3)
        here.start("sleeper", ["sleep", "60"])
        try:
            place.until("never", 60, lambda: False)
        except place.Overdue:
            known = place.Place(sys.argv[1])
            print("over", known.running)
            known.tell("sleeper", signal.SIGKILL)
        """
      let outcome = try await python(["-c", script, cluster.path], in: cluster)
      #expect(outcome.status == 0 && outcome.output == "over ['sleeper']\n", "\(outcome.errors)")
    }
  }

  @Test func `the drill does the harms that are written down, and refuses others`() async throws {
    try await inFolder { folder in
      let outcome = try await python(["drill.py", "flood"], in: folder.appending(path: "cluster"))
      #expect(outcome.status == 1)
      #expect(outcome.errors.hasPrefix("drill: flood: the harms are shop, payments, absent, "), "\(outcome.errors)")
    }
  }
}
