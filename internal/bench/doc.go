// Package bench measures a registry of the size of a country on this machine: it generates synthetic households, loads them
// as a first load does, and asks the built program for addresses as couriers and registrars do. It is a measuring tool
// behind `diachiso bench`: it asserts nothing, starts the program itself as a server, and is no part of serving.
package bench
