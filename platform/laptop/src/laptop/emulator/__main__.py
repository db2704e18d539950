"""Run the emulator's process. Its forks do not import a module of this name again."""

from laptop.emulator.launch import main

main()
