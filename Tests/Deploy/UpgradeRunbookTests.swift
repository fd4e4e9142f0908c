import Foundation
import TestKit
import Testing

/// What docs/operations.md says of upgrades in containers, held against what there is.
@Suite struct UpgradeRunbookTests {
  private static let parts: Set<String> = ["shop", "payments", "search", "jobs"]

  @Test(arguments: ["### Upgrading with Compose", "### Upgrading in Kubernetes"])
  func `what is to be typed is a shell's, and goes through all parts in an order`(_ heading: String) async throws {
    let blocks = try Runbook().blocks("sh", below: heading)
    #expect(blocks.count == 3)
    for block in blocks {
      let file = FileManager.default.temporaryDirectory.appending(path: "martlet-upgrade-\(UUID().uuidString).sh")
      defer { try? FileManager.default.removeItem(at: file) }
      try Data(block.utf8).write(to: file)
      #expect(try await Process.named("bash", ["-n", file.path]).outcome().status == 0, "\(block)")
      var named: Set<String> = []
      for match in block.matches(of: /for part in ([a-z ]+);|--wait ([a-z ]+)\n|--scale shop=/) {
        named.formUnion((match.1 ?? match.2 ?? "shop").split(separator: " ").map { String($0) })
      }
      #expect(named.isSuperset(of: Self.parts), "\(block)")
      for part in named where part != "$part" { #expect(Self.parts.contains(part), "\(part)") }
    }
  }

  @Test func `deployments and containers are called as the commands call them`() throws {
    for block in try Runbook().blocks("sh", below: "### Upgrading in Kubernetes") {
      for match in block.matches(of: /set image deploy\/martlet-\$part ([a-z]+)=([^: ]+):/) {
        for part in Self.parts {
          let deployment = try #require(
            try Place.documents("kubernetes/\(part).yaml").first { $0["kind"].text == "Deployment" })
          #expect(deployment["metadata", "name"].text == "martlet-\(part)")
          let container = try #require(deployment["spec", "template", "spec", "containers"].items.first)
          #expect(container["name"].text == String(match.1))
          #expect(container["image"].text?.hasPrefix("\(match.2):") == true)
          #expect(deployment["spec", "replicas"].text == "2")
        }
      }
    }
  }

  @Test func `each upgrade with Compose makes what the way back takes, before anything is built`() throws {
    let blocks = try Runbook().blocks("sh", below: "### Upgrading with Compose")
    let back = try #require(blocks.first { $0.contains("DROP DATABASE") })
    let image = try #require(back.firstMatch(of: /docker tag (\S+) martlet\s/)).1
    let file = try #require(back.firstMatch(of: /jobs restore (\S+)/)).1
    let upgrades = blocks.filter { $0.contains("docker compose build") }
    #expect(upgrades.count == blocks.count - 1)
    for block in upgrades {
      let built = try #require(block.firstRange(of: "docker compose build")).lowerBound
      let kept = try #require(block.firstRange(of: "docker tag martlet \(image)"), "\(block)")
      #expect(kept.lowerBound < built, "\(block)")
      let migrated = try #require(block.firstRange(of: "jobs migrate")).lowerBound
      let copied = try #require(block.firstRange(of: "jobs backup \(file)"), "\(block)")
      #expect(copied.lowerBound < migrated, "\(block)")
    }
  }

  @Test(arguments: [true, false])
  func `the way back with Compose drops nothing that the new program hasn't written down`(_ succeeds: Bool) async throws
  {
    let blocks = try Runbook().blocks("sh", below: "### Upgrading with Compose")
    let back = try #require(blocks.first { $0.contains("DROP DATABASE") })
    try await Machine.run(without: []) { machine in
      let log = machine.file("calls")
      let fails = succeeds ? "" : "case \"$*\" in *' backup '*) exit 1;; esac\n"
      try machine.put("echo \"$*\" >> '\(log.path)'\n\(fails)", inPlaceOf: "docker")
      let shell = try Process.named("bash", [])
      shell.environment = ["PATH": "\(machine.file("stand").path):/usr/bin:/bin"]
      #expect(try await (shell.outcome(input: back).status == 0) == succeeds)
      let calls = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
      let steps = [
        "compose stop", " backup ", "tag martlet:before martlet", "DROP DATABASE", " restore ", "compose up",
      ]
      let places = steps.map { step in calls.firstIndex { $0.contains(step) } }
      if succeeds {
        #expect(places.compactMap(\.self) == Array(0..<steps.count), "\(calls)")
      } else {
        #expect(places.compactMap(\.self) == [0, 1], "\(calls)")
      }
    }
  }

  @Test func `Compose has the image, the services and the folder that the commands name`() throws {
    let compose = try #require(try Place.documents("compose/compose.yaml").first)
    for part in Self.parts {
      let service = try #require(compose["services"].members[part])
      #expect(service["image"].text == "martlet")
      #expect(service["stop_grace_period"].text == "40s")
      #expect(service["volumes"].texts.contains("data:/data"))
    }
    #expect(compose["services", "shop", "deploy", "replicas"].text == "2")
    #expect(compose["services"].members["front"] != nil && compose["services"].members["mariadb"] != nil)
  }
}
