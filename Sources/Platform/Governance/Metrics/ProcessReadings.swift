import Foundation

/// What the operating system knows of this process, under the names that Prometheus' own libraries use. Read from
/// `/proc`; where there is none, nothing is told.
public enum ProcessReadings {
  public static func add(to metrics: Metrics) {
    single(metrics, "process_resident_memory_bytes", "Memory of the process that is in RAM, in bytes.") {
      kibibytes("VmRSS:").map { $0 * 1024 }
    }
    single(metrics, "process_virtual_memory_bytes", "Address space of the process, in bytes.") {
      kibibytes("VmSize:").map { $0 * 1024 }
    }
    single(
      metrics, "process_cpu_seconds_total", "Processor time that the process has used, in seconds.", .counter
    ) {
      guard let user = stat(13), let system = stat(14) else { return nil }
      return (user + system) / ticksPerSecond
    }
    single(metrics, "process_threads", "Threads of the process.") { stat(19) }
    single(metrics, "process_open_fds", "Files and sockets that the process has open.") {
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count).map(Double.init)
    }
    single(metrics, "process_max_fds", "How many files and sockets the process may open.") { openFileLimit }
    single(
      metrics, "process_start_time_seconds", "When the process started, in seconds since 1970."
    ) { [started] in started }
  }

  private static func single(
    _ metrics: Metrics, _ name: String, _ help: String, _ kind: Metrics.Kind = .gauge,
    read: @escaping @Sendable () -> Double?
  ) {
    metrics.readings(name, help, kind) { read().map { [Metrics.Sample(value: $0)] } ?? [] }
  }

  private static let started: Double? = {
    guard let ticks = stat(21), let text = text(of: "/proc/stat"),
      let boot = text.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })?.dropFirst(6)
    else { return nil }
    return Double(boot).map { $0 + ticks / ticksPerSecond }
  }()

  private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

  private static var openFileLimit: Double? {
    line(of: "/proc/self/limits", "Max open files").flatMap { line in
      line.dropFirst("Max open files".count).split(separator: " ").first.flatMap { Double($0) }
    }
  }

  private static func kibibytes(_ field: String) -> Double? {
    line(of: "/proc/self/status", field).flatMap { line in
      line.dropFirst(field.count).split { $0 == " " || $0 == "\t" }.first.flatMap { Double($0) }
    }
  }

  private static func line(of file: String, _ start: String) -> Substring? {
    text(of: file)?.split(separator: "\n").first { $0.hasPrefix(start) }
  }

  /// A field of `/proc/self/stat`, counted from 0. The name in the second may hold blanks, so counting begins behind it.
  private static func stat(_ field: Int) -> Double? {
    guard let text = text(of: "/proc/self/stat"), let end = text.lastIndex(of: ")")
    else { return nil }
    let rest = text[text.index(after: end)...].split { $0 == " " || $0 == "\n" }
    return field - 2 < rest.count ? Double(rest[field - 2]) : nil
  }

  /// These files say that they are empty, so they are read until nothing more comes.
  private static func text(of file: String) -> String? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
