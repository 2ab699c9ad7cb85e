import Commands

await ExitStatus.main()
